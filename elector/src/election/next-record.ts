import { largestInt32, type LeaderElectionRecord } from './leader-election-record.ts';

/**
 * The record of a holder that writes at `time`. One that held the lock before keeps its acquireTime and the count of
 * transitions, as in client-go; after anybody else, or a release, it is one transition more, up to the largest count.
 */
export function heldRecord(
  before: LeaderElectionRecord | null,
  holder: { readonly identity: string; readonly leaseDuration: number; readonly heldBefore: boolean },
  time: Date,
): LeaderElectionRecord {
  return {
    holderIdentity: holder.identity,
    leaseDurationSeconds: holder.leaseDuration,
    acquireTime: (holder.heldBefore ? before?.acquireTime : null) ?? time,
    renewTime: time,
    leaderTransitions: before === null ? 0 : transitions(before.leaderTransitions, holder.heldBefore),
  };
}

function transitions(before: number, heldBefore: boolean): number {
  return heldBefore ? before : Math.min(before + 1, largestInt32);
}

/** Stands in a record that was put back for a holder whose name nobody knows; is never told to anybody. */
export const unknownHolder = '(unknown)';

/** The record of a lock that vanished, put back for whoever may still hold it (rule 3). */
export function restoredRecord(
  before: LeaderElectionRecord | null,
  leaseDurationSeconds: number,
  time: Date,
): LeaderElectionRecord {
  if (before !== null && before.holderIdentity !== '') return before;
  return {
    holderIdentity: unknownHolder,
    leaseDurationSeconds,
    acquireTime: time,
    renewTime: time,
    leaderTransitions: before?.leaderTransitions ?? 0,
  };
}

/** The record that lets the lock go (rule 6). */
export function releasedRecord(before: LeaderElectionRecord | null, time: Date): LeaderElectionRecord {
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: time,
    renewTime: time,
    leaderTransitions: before?.leaderTransitions ?? 0,
  };
}
