import type { Instant } from '../../../base/clock.ts';
import { unknownHolder } from './next-record.ts';
import type { LockObject } from './resource-lock.ts';

/** One candidate led after another, as this process saw it. For people: no rule depends on it. */
export interface Handover {
  /** Who led before; `""` where nobody is known. */
  readonly from: string;
  /** Who leads since. */
  readonly to: string;
  /**
   * Why the former term ended: what whoever released the lock said of it (such as `stopping`, `resigned`, `app ended`), or `released`
   * where it said nothing; `expired` where it was not renewed; `lock deleted`; `first` where nobody is known to have led before.
   */
  readonly because: string;
  /** When that was seen, by this machine's clock. */
  readonly at: Date;
  /**
   * Milliseconds between what was seen of the end of the former term (where it was not renewed: its last renewal) and the next;
   * null where the former's end was not seen.
   */
  readonly tookMs: number | null;
  /** How often the lock has gone from one holder to another, this time included. */
  readonly leaderTransitions: number;
}

/** What was seen of who led, and who led before. */
export interface HandoverHistory {
  /** The latest first. */
  readonly handovers: readonly Handover[];
  /** Who leads, as far as the lock tells, or who led last and how that ended; null: nothing is known. */
  readonly last: LastTerm | null;
}

interface LastTerm {
  readonly leader: string;
  /** Monotonic time at which it was last seen to be renewed, or to have ended; null: it had ended before anything was seen. */
  readonly seenAt: number | null;
  /** How it ended; null: it has not, as far as is known. */
  readonly endedBecause: string | null;
}

export const nothingSeen: HandoverHistory = { handovers: [], last: null };

const longestHistory = 20;
const lockDeleted = 'lock deleted';

/** What is known once the lock has changed to `object` (null: it is gone), at the moment `at`. `isFirst`: nothing was observed before. */
export function historyAfter(
  before: HandoverHistory,
  object: LockObject | null,
  at: Instant,
  isFirst: boolean,
): HandoverHistory {
  if (object?.reading.kind !== 'record') return { ...before, last: afterVanishing(before.last, at) };
  const { holderIdentity, leaderTransitions } = object.reading.record;
  if (holderIdentity === unknownHolder) return before;
  if (holderIdentity === '') {
    const leader = object.release?.by ?? before.last?.leader ?? '';
    const seenAt = isFirst ? null : at.monotonic;
    return { ...before, last: { leader, seenAt, endedBecause: object.release?.because ?? 'released' } };
  }
  const last = { leader: holderIdentity, seenAt: at.monotonic, endedBecause: null };
  if (isFirst || isSameTerm(before.last, holderIdentity)) return { ...before, last };
  const handover: Handover = {
    from: before.last?.leader ?? '',
    to: holderIdentity,
    because: reasonOf(before.last),
    at: new Date(at.wall),
    tookMs: before.last?.seenAt == null ? null : Math.round(at.monotonic - before.last.seenAt),
    leaderTransitions,
  };
  return { handovers: [handover, ...before.handovers].slice(0, longestHistory), last };
}

/** The record is gone, with its object or without. */
function afterVanishing(last: LastTerm | null, at: Instant): LastTerm | null {
  if (last === null || last.endedBecause !== null) return last;
  return { ...last, seenAt: at.monotonic, endedBecause: lockDeleted };
}

function reasonOf(last: LastTerm | null): string {
  return last === null || last.leader === '' ? 'first' : (last.endedBecause ?? 'expired');
}

/** Whether the lock names the same leader as before, also when it was put back (rule 3). */
function isSameTerm(last: LastTerm | null, holder: string): boolean {
  return last?.leader === holder && (last.endedBecause === null || last.endedBecause === lockDeleted);
}
