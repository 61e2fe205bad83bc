import { longestElapsed, now, type Clock, type Instant } from '../../../base/clock.ts';
import type { LeaderElector } from '../election/leader-elector.ts';

/** A "yes" of the elector, as another process on this machine can count on it. */
export interface CommandGrant {
  /** When the elector was asked, on the machine's clocks. */
  readonly askedAt: Instant;
  /** For how many milliseconds from then it may be acted upon; 0: not at all. */
  readonly validForMs: number;
}

/** Asks the elector. */
export function askForGrant(elector: LeaderElector, clock: Clock): CommandGrant {
  const askedAt = now(clock);
  return { askedAt, validForMs: elector.status().validForMs };
}

/** How much of a grant is left, in milliseconds: by the clock that says that more time has passed (rule 5); 0 or less: nothing. */
export function remainingMs({ askedAt, validForMs }: CommandGrant, clock: Clock): number {
  return validForMs - longestElapsed(clock, askedAt);
}
