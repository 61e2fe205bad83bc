import type { Instant } from '../../../base/clock.ts';
import type { LeaderElectionRecord } from './leader-election-record.ts';
import type { LockObject } from './resource-lock.ts';

/** Who holds a lock, as far as this process has seen. */
export interface Claim {
  /** The holder's record; null where it could not be read: somebody unknown holds the lock. */
  readonly record: LeaderElectionRecord | null;
  readonly holderUid: string | null;
  /** The holder's own lease, or ours where it gave none below which waiting makes sense (rule 2). */
  readonly leaseDurationMs: number;
  /** When a change of the lock that named this holder was last observed (rule 8). */
  readonly namedAt: Instant;
  /** Monotonic time of the last change of any kind, vanishing included: the lease is waited out from here (rules 2, 3). */
  readonly unchangedSince: number;
  /**
   * Monotonic time until which an earlier holder may still lead, whose claim this one replaced before its lease had run out. A create has
   * no version to depend on (rule 3): one that was long on its way may arrive in an absence that others made.
   */
  readonly contestedUntil: number;
}

/** One change of a lock, as this process saw it. */
export interface Change {
  /** What it is now; null: there is no object. */
  readonly object: LockObject | null;
  readonly at: Instant;
  /** Whether there was one just before. */
  readonly hadObject: boolean;
  /** Whether its version is older than one that was seen before: the server's state was restored from an earlier one. */
  readonly wentBack: boolean;
}

/** Who holds the lock after a change, given who held it before; null: nobody. What vanished is held as before (rule 3). */
export function claimAfter(before: Claim | null, change: Change, ownLeaseDurationMs: number): Claim | null {
  const { object, at } = change;
  const unchangedSince = at.monotonic;
  if (object?.reading.kind === 'record') {
    const { record } = object.reading;
    if (record.holderIdentity !== '') {
      const leaseDurationMs = leaseOf(record, ownLeaseDurationMs);
      const contestedUntil = contestedAfter(before, change, record, object.holderUid, ownLeaseDurationMs);
      const { holderUid } = object;
      return { record, holderUid, leaseDurationMs, namedAt: at, unchangedSince, contestedUntil };
    }
    // A release that lies in the past frees nothing: whoever acquired the lock since then may still lead.
    if (!change.wentBack) return null;
  }
  if (before !== null) return { ...before, unchangedSince };
  // What was there before may have been acquired since by somebody who was not seen.
  return object?.reading.kind === 'unreadable' || change.hadObject
    ? unknownClaim(at, ownLeaseDurationMs)
    : null;
}

/** The monotonic time from which another than the holder may take the lock (rule 2). */
export function freeAt({ unchangedSince, leaseDurationMs }: Claim): number {
  return unchangedSince + leaseDurationMs;
}

function contestedAfter(
  before: Claim | null,
  { at, wentBack }: Change,
  record: LeaderElectionRecord,
  holderUid: string | null,
  ownLeaseDurationMs: number,
): number {
  // Who held it since then may not have been seen at all.
  if (wentBack) return at.monotonic + (before?.leaseDurationMs ?? ownLeaseDurationMs);
  if (before === null) return -Infinity;
  const isSameHolder =
    before.record?.holderIdentity === record.holderIdentity && before.holderUid === holderUid;
  return isSameHolder ? before.contestedUntil : freeAt(before);
}

function leaseOf({ leaseDurationSeconds }: LeaderElectionRecord, ownLeaseDurationMs: number): number {
  return leaseDurationSeconds >= 1 ? leaseDurationSeconds * 1000 : ownLeaseDurationMs;
}

function unknownClaim(at: Instant, leaseDurationMs: number): Claim {
  const holder = { record: null, holderUid: null, leaseDurationMs };
  return { ...holder, namedAt: at, unchangedSince: at.monotonic, contestedUntil: -Infinity };
}
