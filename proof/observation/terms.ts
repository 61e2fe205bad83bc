import type { Recording } from './recording.ts';

/**
 * What is certain of one term: a pod's answers with one fencing token. A term is one unbroken right, so its pod led at every moment
 * between any two of its "yes".
 */
export interface Term {
  readonly pod: string;
  readonly fencingToken: string;
  /** It had begun by then: when the first "yes" was heard. */
  readonly begunBy: number;
  /** It had not ended before then: when the last "yes" was asked for. */
  readonly lastedUntil: number;
  /** Until when the pod's app might act: the longest validity that was given out, unless the app ended before that. */
  readonly actsUntil: number;
}

/** The terms of a recording, by the time at which they were first heard of. */
export function termsOf({ answers, appEnds }: Pick<Recording, 'answers' | 'appEnds'>): Term[] {
  const terms = new Map<string, Term>();
  for (const { pod, askedAt, heardAt, status } of answers) {
    const { fencingToken, validForMs } = status;
    if (!status.isLeader || fencingToken === null) continue;
    const key = `${pod} ${fencingToken}`;
    const known = terms.get(key) ?? {
      begunBy: Infinity,
      lastedUntil: -Infinity,
      actsUntil: -Infinity,
    };
    const ends = appEnds.filter((end) => end.pod === pod && (end.at >= askedAt || end.forGood));
    terms.set(key, {
      pod,
      fencingToken,
      begunBy: Math.min(known.begunBy, heardAt),
      lastedUntil: Math.max(known.lastedUntil, askedAt),
      // Counted from the asking, as docs/safety.md tells apps to.
      actsUntil: Math.max(known.actsUntil, Math.min(askedAt + validForMs, ...ends.map(({ at }) => at))),
    });
  }
  return [...terms.values()].sort((one, other) => one.begunBy - other.begunBy);
}

/** The times between terms in which no pod was certain to lead. */
export function gapsBetween(terms: readonly Term[]): { readonly from: number; readonly to: number }[] {
  return terms.flatMap(({ begunBy }, index) => {
    const ledUntil = Math.max(
      ...terms.slice(0, index).map((term) => Math.max(term.begunBy, term.lastedUntil)),
    );
    return Number.isFinite(ledUntil) && ledUntil < begunBy ? [{ from: ledUntil, to: begunBy }] : [];
  });
}
