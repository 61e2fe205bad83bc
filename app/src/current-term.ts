import { longestElapsed, now, type Clock, type Instant } from '../../base/clock.ts';
import { parseStatement } from './elector-statement.ts';
import { getText } from './get-text.ts';

/** What the elector has granted: to act as the leader, with this token, for this long from when it was asked. */
interface Grant {
  readonly fencingToken: string;
  readonly validForMs: number;
  readonly askedAt: Instant;
}

const timeoutMs = 1000;

/** The term in which this pod leads, as its elector grants it: asked for before something is done, and again once the answer has run out. */
export class CurrentTerm {
  readonly #electorUrl: URL;
  readonly #clock: Clock;
  #grant: Grant | null = null;
  #asking: Promise<Grant | null> | null = null;

  constructor(electorUrl: URL, clock: Clock) {
    this.#electorUrl = electorUrl;
    this.#clock = clock;
  }

  /** Resolves with the fencing token where the pod may act as the leader at that moment; null where it may not, or nobody knows. */
  async fencingToken(): Promise<string | null> {
    if (!isValid(this.#grant, this.#clock)) {
      this.#asking ??= this.#ask().finally(() => (this.#asking = null));
      this.#grant = await this.#asking;
    }
    return isValid(this.#grant, this.#clock) ? this.#grant.fencingToken : null;
  }

  async #ask(): Promise<Grant | null> {
    // Its validity counts from here: the answer may be long on its way, and this process frozen meanwhile.
    const askedAt = now(this.#clock);
    const { signal } = new AbortController();
    try {
      const answer = await getText(this.#electorUrl, { timeoutMs, clock: this.#clock, signal });
      const { isLeader, fencingToken, validForMs } = parseStatement(answer);
      return isLeader && fencingToken !== null ? { fencingToken, validForMs, askedAt } : null;
    } catch {
      // That the elector does not answer is told by its events, or by their end.
      return null;
    }
  }
}

/** Two clocks, since one alone may hide that time has passed (rule 5). */
function isValid(grant: Grant | null, clock: Clock): grant is Grant {
  return grant !== null && longestElapsed(clock, grant.askedAt) < grant.validForMs;
}
