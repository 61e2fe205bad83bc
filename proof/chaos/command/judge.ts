import type { WorkRecording, WorkSpan } from './work-recording.ts';

/** What a run came to. Times are milliseconds. */
export interface CommandOutcome {
  /** Pairs of commands that were at work at the same time. */
  readonly overlaps: readonly (readonly [WorkSpan, WorkSpan])[];
  /** Commands of a later term that had a lower token, or the same one in another's hands. */
  readonly sunkenTokens: number;
  /** Commands that were at work after their candidate's right had run out. */
  readonly late: readonly WorkSpan[];
  /** For each command that was followed by another candidate's: how long nobody worked between them. */
  readonly gaps: readonly number[];
  /** For each command: how much of the right was left when it last worked, at the most. */
  readonly left: readonly number[];
}

/**
 * Judges what was recorded. A right lasts for `renewDeadlineMs` from the moment at which a write was sent, which was before the API server
 * took it: so whoever works later than that after the last write that the server took, works too long for certain.
 */
export function judgeWork({ spans, writes }: WorkRecording, renewDeadlineMs: number): CommandOutcome {
  const pairs = spans.flatMap((one, index) => spans.slice(index + 1).map((other) => [one, other] as const));
  const rightEnds = spans.map(({ candidate, to }) => {
    const last = writes.findLast(({ holder, at }) => holder === candidate && at <= to);
    return (last?.at ?? -Infinity) + renewDeadlineMs;
  });
  const successors = spans.slice(1).map((span, index) => [spans[index] ?? span, span] as const);
  return {
    overlaps: pairs.filter(([one, other]) => one.to > other.from),
    sunkenTokens: successors.filter(([one, other]) => sinks(one, other)).length,
    late: spans.filter(({ to }, index) => to > (rightEnds[index] ?? -Infinity)),
    gaps: successors
      .filter(([one, other]) => one.candidate !== other.candidate)
      .map(([one, other]) => other.from - one.to),
    left: spans.map(({ to }, index) => (rightEnds[index] ?? -Infinity) - to),
  };
}

function sinks(one: WorkSpan, other: WorkSpan): boolean {
  if (one.candidate === other.candidate) return BigInt(other.token) < BigInt(one.token);
  return BigInt(other.token) <= BigInt(one.token);
}

/** Whether everything was as promised. */
export function isPromised({ overlaps, sunkenTokens, late }: CommandOutcome): boolean {
  return overlaps.length === 0 && sunkenTokens === 0 && late.length === 0;
}
