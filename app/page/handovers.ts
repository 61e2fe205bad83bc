/** One pod led after another, as an elector saw it. */
export interface Handover {
  /** Who led before; `""` where that is not known. */
  readonly from: string;
  readonly to: string;
  /** Why the term of `from` ended: a word of the elector's, such as `stopping` or `expired`. */
  readonly because: string;
  /** When, by the wall clock of the pod that saw it: milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds from the end of the former term to the new leader; null where the end was not seen. */
  readonly tookMs: number | null;
  readonly leaderTransitions: number;
}

/**
 * Why a leader is told of once more that leads on: it ended without a word, and was back before its lease had run out. No elector says
 * that, since the lock did not change hands; the app sees it.
 */
export const cameBack = 'came back';

/** How many are kept. */
export const mostHandovers = 20;

// Pods see the same handover within moments of each other; how far their wall clocks are apart adds to that.
const sameWithinMs = 60_000;

/**
 * Two lists as one, the newest first: pods that began to watch at different times have seen different parts of what happened,
 * and of one handover, one may know more.
 */
export function mergeHandovers(known: readonly Handover[], told: readonly Handover[]): readonly Handover[] {
  const merged = [...known];
  for (const handover of told) {
    const at = merged.findIndex((other) => isSame(other, handover));
    if (at === -1) merged.push(handover);
    else if (knowsMore(handover, merged[at])) merged[at] = handover;
  }
  return merged.sort((a, b) => b.at - a.at).slice(0, mostHandovers);
}

function isSame(a: Handover, b: Handover): boolean {
  return (
    a.to === b.to &&
    a.leaderTransitions === b.leaderTransitions &&
    (a.because === cameBack) === (b.because === cameBack) &&
    Math.abs(a.at - b.at) <= sameWithinMs
  );
}

function knowsMore(a: Handover, b: Handover | undefined): boolean {
  return a.tookMs !== null && b?.tookMs === null;
}
