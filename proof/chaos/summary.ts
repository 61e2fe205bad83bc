import { duration } from '../../local/duration.ts';
import type { Durations } from '../../elector/src/election/leader-election-config.ts';
import { percentile } from '../statistics.ts';
import { faultsIn } from './chaos.ts';
import type { Round } from './chaos.ts';
import { chaosFaultKinds } from './chaos-faults.ts';
import type { Recording } from '../observation/recording.ts';
import { gapsBetween, termsOf } from '../observation/terms.ts';
import type { Term } from '../observation/terms.ts';
import { violationsIn } from '../observation/violations.ts';
import type { Violation } from '../observation/violations.ts';

const longestBackoffMs = 1000;

/** What a run of chaos came to. */
export interface ChaosOutcome {
  readonly recording: Recording;
  readonly rounds: readonly Round[];
  readonly terms: readonly Term[];
  readonly violations: readonly Violation[];
  /** Within what time leadership has to come back. */
  readonly recoveryLimitMs: number;
  readonly lateRounds: readonly Round[];
}

/** Judges a run: what was violated, and which recoveries took longer than lease + retryPeriod + the longest backoff (1 s). */
export function judge(recording: Recording, rounds: readonly Round[], durations: Durations): ChaosOutcome {
  const recoveryLimitMs = durations.leaseDurationMs + durations.retryPeriodMs + longestBackoffMs;
  return {
    recording,
    rounds,
    terms: termsOf(recording),
    violations: violationsIn(recording),
    recoveryLimitMs,
    lateRounds: rounds.filter((round) => recoveryMs(round) > recoveryLimitMs),
  };
}

/** Whether everything was as promised. */
export function isGood({ recording, violations, lateRounds }: ChaosOutcome): boolean {
  return violations.length === 0 && lateRounds.length === 0 && recording.unreadable.length === 0;
}

/** How long leadership took to come back. */
export function recoveryMs({ healedAt, recoveredAt }: Round): number {
  return recoveredAt - healedAt;
}

/** The outcome as text, line by line. */
export function summarize(outcome: ChaosOutcome): string[] {
  const { recording, rounds, terms, violations, recoveryLimitMs, lateRounds } = outcome;
  const { answers, unreadable } = recording;
  const yes = answers.filter(({ status }) => status.isLeader).length;
  const overlaps = violations.filter(({ invariant }) => invariant === 'one leader').length;
  const recoveries = rounds.map(recoveryMs);
  return [
    ...faultTable(rounds),
    '',
    row('answers', `${answers.length}, of which ${yes} say yes`),
    row('pods', String(new Set(answers.map(({ pod }) => pod)).size)),
    row('terms', String(terms.length)),
    row('longest without', terms.length === 0 ? 'nobody ever led' : duration(longestGap(terms))),
    row(
      'recovery',
      `median ${recoveryAt(recoveries, 50)}, p99 ${recoveryAt(recoveries, 99)}, ` +
        `longest ${recoveryAt(recoveries, 100)}; allowed ${duration(recoveryLimitMs)}`,
    ),
    row('late recoveries', String(lateRounds.length)),
    row('overlaps', String(overlaps)),
    row('other violations', String(violations.length - overlaps + unreadable.length)),
    ...lateRounds.map((round) => `  late: ${describeRound(round, recording)}`),
    ...violations.map(({ invariant, at, what }) => `  ${invariant}: ${what}, ${atSecond(at, recording)}`),
    ...unreadable.map((problem) => `  unreadable: ${problem}`),
  ];
}

/** A round in one line. */
export function describeRound(round: Round, recording: Recording): string {
  const faults = round.faults.map(({ kind, pod }) => (pod === null ? kind : `${kind} (${shortName(pod)})`));
  return (
    `${atSecond(round.healedAt, recording)}  ${faults.join(', ')}: ` +
    `${shortName(round.leader)} leads after ${duration(recoveryMs(round))}`
  );
}

/** What tells the pods of one Deployment apart. */
export function shortName(pod: string): string {
  return pod.split('-').at(-1) ?? pod;
}

/** The longest time in which no elector was certain to lead, between two in which one was. */
function longestGap(terms: readonly Term[]): number {
  return Math.max(0, ...gapsBetween(terms).map(({ from, to }) => to - from));
}

function faultTable(rounds: readonly Round[]): string[] {
  const injected = faultsIn(rounds);
  const lines = chaosFaultKinds.flatMap((kind) => {
    const times = injected.filter((fault) => fault.kind === kind).length;
    if (times === 0) return [];
    const recoveries = rounds
      .filter(({ faults }) => faults.some((fault) => fault.kind === kind))
      .map(recoveryMs);
    const [median, p99] = [50, 99].map((percent) => recoveryAt(recoveries, percent));
    return [
      `${String(times).padStart(6)}  ${kind.padEnd(24)}${(median ?? '').padStart(8)}${(p99 ?? '').padStart(8)}`,
    ];
  });
  const total = `${String(injected.length).padStart(6)}  in ${rounds.length} rounds`;
  return [`faults  ${'kind'.padEnd(24)}${'median'.padStart(8)}${'p99'.padStart(8)}`, ...lines, total];
}

/** A percentile of the recoveries, as people read it; 0 ms where there was none. */
function recoveryAt(recoveries: readonly number[], percent: number): string {
  return duration(recoveries.length === 0 ? 0 : percentile(recoveries, percent));
}

/** A labelled line. */
export function row(label: string, text: string): string {
  return `${label.padEnd(18)}${text}`;
}

function atSecond(time: number, { startedAt }: Recording): string {
  return `at ${((time - startedAt) / 1000).toFixed(1)} s`;
}
