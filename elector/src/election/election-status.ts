/** What a candidate answers when it is asked who leads. */
export interface ElectionStatus {
  /** The leader's identity, this candidate's own only while `isLeader`; `""` while nobody is known to lead. */
  readonly name: string;
  /** Whether this candidate leads at this moment; a "yes" is a grant (rule 6). */
  readonly isLeader: boolean;
  /** How often the lock went from one holder to another, as last seen. */
  readonly leaderTransitions: number;
  /** The term's fencing token (rule 9): a decimal string to be compared as an integer; null unless `isLeader`. */
  readonly fencingToken: string | null;
  /** For how many more whole milliseconds `isLeader` may be acted upon, from the moment of asking; 0 unless `isLeader`. */
  readonly validForMs: number;
  /**
   * For how many more whole milliseconds the others wait for whoever holds the lock, unless it is renewed: what is left of the holder's
   * lease since its last renewal was seen here. Null while nobody holds it.
   */
  readonly expiresInMs: number | null;
}

/** One write to the lock, as metrics count it. */
export interface WriteReport {
  /** Why it was written; `restore`: it had vanished (rule 3). */
  readonly purpose: 'acquire' | 'renew' | 'restore' | 'release';
  /** `unchanged`: answered 200, but nothing was written (rule 4). */
  readonly outcome: 'written' | 'unchanged' | 'conflict' | 'failed';
  /** From the request to its answer or failure, in milliseconds. */
  readonly durationMs: number;
}

/** One call of `resign()` by a leader, as metrics count it. */
export interface ResignReport {
  /** `unconfirmed`: it was not learned in time that the lock was released. */
  readonly outcome: 'released' | 'unconfirmed';
}

/** What a candidate emits. */
export interface LeaderElectorEvents {
  /** Something that `status()` shows changed, the leader renewed, or `run` ended. */
  change: [];
  /** A write to the lock has ended. */
  write: [WriteReport];
  /** `resign()` of a leader has come to its end. */
  resign: [ResignReport];
  /**
   * A request failed, which is told once for as long as it fails in the same way; or `onNewLeader`, `onStoppedLeading` or a listener threw.
   * The election goes on, and tries again. Nothing is thrown where nobody listens.
   */
  error: [Error];
}
