import { duration } from '../../../local/duration.ts';
import { percentile } from '../../statistics.ts';
import { row } from '../summary.ts';
import type { CommandRound } from './command-chaos.ts';
import { commandFaultKinds } from './faults.ts';
import type { CommandOutcome } from './judge.ts';
import type { WorkRecording, WorkSpan } from './work-recording.ts';

/** The outcome as text, line by line. */
export function summarizeWork(
  { spans, problems }: WorkRecording,
  rounds: readonly CommandRound[],
  { overlaps, sunkenTokens, late, gaps, left }: CommandOutcome,
): string[] {
  return [
    ...faultTable(rounds),
    '',
    row('commands', `${spans.length}, of ${new Set(spans.map(({ token }) => token)).size} terms`),
    row('recovery', spread(rounds.map(({ recoveryMs }) => recoveryMs))),
    row('between two', `${spread(gaps)}; shortest ${shortest(gaps)}`),
    row('right left', `${spread(left)}; shortest ${shortest(left)}`),
    row('overlaps', String(overlaps.length)),
    row('sunken tokens', String(sunkenTokens)),
    row('late', String(late.length)),
    row('other problems', String(problems.length)),
    ...overlaps.map(([one, other]) => `  overlap: ${told(one)} and ${told(other)}`),
    ...late.map((span) => `  late: ${told(span)}`),
    ...problems.map((problem) => `  ${problem}`),
  ];
}

/** A round in one line. */
export function describeCommandRound({ faults, recoveryMs }: CommandRound): string {
  const names = faults.map(({ kind, candidate }) => (candidate === null ? kind : `${kind} (${candidate})`));
  return `${names.join(', ')}: a command works after ${duration(recoveryMs)}`;
}

function faultTable(rounds: readonly CommandRound[]): string[] {
  const injected = rounds.flatMap(({ faults }) => faults);
  const lines = commandFaultKinds.map((kind) => {
    const times = injected.filter((fault) => fault.kind === kind).length;
    const recoveries = rounds
      .filter(({ faults }) => faults.some((fault) => fault.kind === kind))
      .map(({ recoveryMs }) => recoveryMs);
    const [median, p99] = [50, 99].map((percent) =>
      recoveries.length === 0 ? '-' : duration(percentile(recoveries, percent)),
    );
    return `${String(times).padStart(6)}  ${kind.padEnd(28)}${(median ?? '').padStart(8)}${(p99 ?? '').padStart(8)}`;
  });
  const total = `${String(injected.length).padStart(6)}  in ${rounds.length} rounds`;
  return [`faults  ${'kind'.padEnd(28)}${'median'.padStart(8)}${'p99'.padStart(8)}`, ...lines, total];
}

function spread(samples: readonly number[]): string {
  if (samples.length === 0) return 'none';
  const [median = 0, p99 = 0, longest = 0] = [50, 99, 100].map((percent) => percentile(samples, percent));
  return `median ${duration(median)}, p99 ${duration(p99)}, longest ${duration(longest)}`;
}

function shortest(samples: readonly number[]): string {
  return samples.length === 0 ? 'none' : duration(Math.min(...samples));
}

function told({ candidate, pid, token, from, to }: WorkSpan): string {
  return `${candidate} (process ${pid}, token ${token}) from ${Math.round(from)} to ${Math.round(to)}`;
}
