import type { Answer, Recording } from './recording.ts';
import { termsOf } from './terms.ts';
import type { Term } from './terms.ts';

/** An invariant of the election that a recording shows to be violated, beyond any doubt about when exactly an answer was given. */
export interface Violation {
  readonly invariant: 'one leader' | 'validity' | 'fencing token' | 'unbroken term' | 'consistent answer';
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  readonly what: string;
}

/** Every violation that a recording shows. */
export function violationsIn(recording: Pick<Recording, 'answers' | 'appEnds'>): Violation[] {
  const terms = termsOf(recording);
  return [
    ...pairsOf(terms).flatMap(([one, other]) => sameTime(one, other)),
    ...sunkTokens(recording.answers),
    ...brokenTerms(recording.answers, terms),
    ...inconsistencies(recording.answers),
  ].sort((one, other) => one.at - other.at);
}

function pairsOf(terms: readonly Term[]): [Term, Term][] {
  return terms.flatMap((one, index) =>
    terms
      .slice(index + 1)
      .filter((other) => other.pod !== one.pod)
      .map((other): [Term, Term] => [one, other]),
  );
}

/**
 * Each term certainly spans from `begunBy` (or before) to `lastedUntil` (or after). So two of them certainly have a moment in common
 * exactly if each had begun before the other's last "yes" was asked for. In the same way for what apps may act on.
 */
function sameTime(one: Term, other: Term): Violation[] {
  const at = Math.max(one.begunBy, other.begunBy);
  if (eachBegunBeforeEndOf(one, other, 'lastedUntil')) {
    return [
      { invariant: 'one leader', at, what: `${describe(one)} and ${describe(other)} lead at one time` },
    ];
  }
  if (!eachBegunBeforeEndOf(one, other, 'actsUntil')) return [];
  const [earlier, later] = one.begunBy < other.begunBy ? [one, other] : [other, one];
  const ms = Math.round(earlier.actsUntil - later.begunBy);
  return [
    {
      invariant: 'validity',
      at,
      what: `${describe(later)} leads while the app of ${describe(earlier)} may act for ${ms} ms more`,
    },
  ];
}

function eachBegunBeforeEndOf(one: Term, other: Term, end: 'lastedUntil' | 'actsUntil'): boolean {
  return one.begunBy < other[end] && other.begunBy < one[end];
}

/** Rule 9: once a token has been heard, no later question is answered with a lower one, nor by another pod with the same. */
function sunkTokens(answers: readonly Answer[]): Violation[] {
  const claims = answers.filter(({ status }) => status.fencingToken !== null);
  const asked = [...claims].sort((one, other) => one.askedAt - other.askedAt);
  const heard = [...claims].sort((one, other) => one.heardAt - other.heardAt);
  let next = 0;
  let highest: Answer | null = null;
  const violations = new Map<string, Violation>();
  for (const answer of asked) {
    for (let known = heard[next]; known && known.heardAt < answer.askedAt; known = heard[++next]) {
      if (highest === null || tokenOf(known) > tokenOf(highest)) highest = known;
    }
    if (highest === null || !isSunk(answer, highest)) continue;
    const what = `${answer.pod} answers with token ${tokenOf(answer)} after ${highest.pod} did with ${tokenOf(highest)}`;
    if (!violations.has(what)) violations.set(what, { invariant: 'fencing token', at: answer.heardAt, what });
  }
  return [...violations.values()];
}

function isSunk(answer: Answer, highest: Answer): boolean {
  const token = tokenOf(answer);
  return token < tokenOf(highest) || (token === tokenOf(highest) && answer.pod !== highest.pod);
}

/** A term is one unbroken right: no "no" between two "yes" with the same token. */
function brokenTerms(answers: readonly Answer[], terms: readonly Term[]): Violation[] {
  return terms.flatMap((term): Violation[] => {
    const no = answers.find(
      ({ pod, status, askedAt, heardAt }) =>
        pod === term.pod && !status.isLeader && askedAt > term.begunBy && heardAt < term.lastedUntil,
    );
    if (no === undefined) return [];
    return [{ invariant: 'unbroken term', at: no.heardAt, what: `${describe(term)} says no in between` }];
  });
}

/** An answer says one thing: "yes" with its own name, a token and a validity, or "no" with none of them. */
function inconsistencies(answers: readonly Answer[]): Violation[] {
  return answers.flatMap(({ pod, heardAt, status }): Violation[] => {
    const { name, isLeader, fencingToken, validForMs } = status;
    const signs = [name === pod, fencingToken !== null, validForMs > 0];
    if (signs.every((sign) => sign === isLeader)) return [];
    const what = `${pod} contradicts itself: ${JSON.stringify(status)}`;
    return [{ invariant: 'consistent answer', at: heardAt, what }];
  });
}

function tokenOf({ status }: Answer): bigint {
  return /^\d+$/.test(status.fencingToken ?? '') ? BigInt(status.fencingToken ?? '') : -1n;
}

function describe({ pod, fencingToken }: Term): string {
  return `${pod} (token ${fencingToken})`;
}
