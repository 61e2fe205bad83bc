import { precise, rough } from '../durations.ts';
import { cameBack, type Handover } from '../handovers.ts';
import { shortName } from '../pod-name.ts';

/** One handover, told. */
export interface HandoverRow {
  /** Whether the former leader said that it stops (`said`), fell silent (`silent`), or neither is known (`other`). */
  readonly kind: 'said' | 'silent' | 'other';
  readonly what: string;
  readonly why: string;
  readonly took: string;
  readonly ago: string;
}

/** `nowMs`: the present by the wall clock of the pod that the page comes from. */
export function handoverRow(handover: Handover, nowMs: number): HandoverRow {
  const { tookMs, at } = handover;
  return {
    kind: kindOf(handover),
    what: whatOf(handover),
    why: reasonOf(handover),
    took: tookMs === null ? '' : `took ${precise(tookMs)}`,
    ago: `${rough(Math.max(0, nowMs - at))} ago`,
  };
}

function whatOf({ from, to, because }: Handover): string {
  if (because === cameBack) return `${shortName(to)} crashed, and leads on`;
  return from === '' || from === to
    ? `${shortName(to)} leads`
    : `${shortName(to)} leads after ${shortName(from)}`;
}

function kindOf({ because }: Handover): HandoverRow['kind'] {
  if (because === 'expired' || because === cameBack) return 'silent';
  return ['first', 'unknown', 'lock deleted'].includes(because) ? 'other' : 'said';
}

function reasonOf({ because, from }: Handover): string {
  const former = from === '' ? 'the former leader' : shortName(from);
  const reasons: Readonly<Record<string, string>> = {
    stopping: `${former} was told to stop, so it handed over first: nobody had to wait for its lease.`,
    stopped: `${former} stopped, and handed over before it went: nobody had to wait for its lease.`,
    resigned: `${former} resigned: its program asked to hand over.`,
    'app ended': `The program in ${former} ended: deleted, stopped or crashed. Its elector saw that, and gave the lock back at once.`,
    'app failing': `The program in ${former} failed its health checks, so its elector gave the lock back.`,
    released: `${former} gave the lock back: nobody had to wait for its lease.`,
    expired: `${former} crashed, froze or was cut off: nobody could tell which, so all waited until its lease had run out.`,
    [cameBack]: `It ended without a word, and was started again before its lease had run out: so nobody else could take over.`,
    'lock deleted': `Somebody deleted the lock, the object that says who leads. It was made anew.`,
    first: 'Nobody led before.',
    unknown: `Why ${former} no longer leads was not seen from here.`,
  };
  return reasons[because] ?? `${former} gave the lock back: ${because}.`;
}
