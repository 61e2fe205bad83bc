import type { Patch } from '../elector-under-test.ts';
import type { FaultKind } from '../faults.ts';

/** A rule of docs/safety.md, by its number; or what it says about fleets that move from one lock to another, or about the leader's Service. */
export type SafetyRule = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'two locks' | "leader's Service";

/** The elector with one safety rule broken, in one way. */
export interface Mutant {
  readonly rule: SafetyRule;
  readonly breach: string;
  readonly patches: readonly Patch[];
  /** For a breach that shows in a rare coincidence: the faults that bring it about, and no others. */
  readonly among?: readonly FaultKind[];
}
