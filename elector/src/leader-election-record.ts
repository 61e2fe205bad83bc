/**
 * Who holds a lock, in client-go's words. It has two wire forms: JSON in an annotation (Endpoints) and the spec of a
 * Lease.
 */
export interface LeaderElectionRecord {
  /** The holder's identity; `""` says that the lock was released. */
  readonly holderIdentity: string;
  /** Seconds a candidate waits, without seeing a change, before it may take the lock. 0: none was given. */
  readonly leaseDurationSeconds: number;
  /** When the holder acquired the lock, by the holder's clock: for people, never compared (rule 2). */
  readonly acquireTime: Date | null;
  /** When the holder last renewed, by the holder's clock: for people, never compared (rule 2). */
  readonly renewTime: Date | null;
  /** How often the lock went from one holder to another; 0 or more. */
  readonly leaderTransitions: number;
}

/** What an object says about its holder. */
export type RecordReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'record'; readonly record: LeaderElectionRecord }
  | { readonly kind: 'unreadable'; readonly problem: string };
