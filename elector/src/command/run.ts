import { machineClock } from '../../../base/clock.ts';
import { upToADay, wholeSeconds } from '../../../base/go-duration.ts';
import type { Log } from '../../../base/log.ts';
import type { Command, OptionValues } from '../../../base/options.ts';
import { candidateName } from '../../../base/rules.ts';
import { durationsOf } from '../election/leader-election-config.ts';
import { LeaderElector } from '../election/leader-elector.ts';
import { CommandInTerms } from './command-in-terms.ts';
import { electionOptions, openLock } from './election-options.ts';
import { leashLimits } from './leash.ts';
import { onSignals } from './signals.ts';

/** `k8s-leader-elector run` and its options. */
export const runSubcommand = {
  command: 'k8s-leader-elector run',
  summary: 'Runs a command only while this candidate leads, and ends it before another may.',
  options: {
    ...electionOptions,
    id: {
      form: '--id ID',
      description: "this candidate's name, which no other may have",
      rule: candidateName,
      default: null,
      defaultInWords: 'the hostname and a random suffix',
    },
    ttlSeconds: {
      form: '--ttl DURATION',
      description: 'the lease, a Go duration of whole seconds from 3s to 24h',
      rule: wholeSeconds,
      default: '15s',
    },
    gracePeriodSeconds: {
      form: '--grace-period DURATION',
      description: 'from SIGTERM to SIGKILL, as long as the lock can be kept; a Go duration',
      rule: upToADay,
      default: '20s',
    },
  },
  rest: ' -- COMMAND [ARGUMENTS]',
} as const satisfies Command;

export type RunOptions = OptionValues<(typeof runSubcommand)['options']>;

/**
 * Stands for election, and runs the command in each term, until the command ends by itself, or a signal says so. Returns what this process
 * is to end with.
 * @throws Error where there are no credentials, or the guard cannot be started
 */
export async function runWhileLeading(
  options: RunOptions,
  commandLine: readonly string[],
  log: Log,
): Promise<number> {
  const { id, ttlSeconds, gracePeriodSeconds } = options;
  const { renewDeadlineMs, retryPeriodMs } = durationsOf({ leaseDuration: ttlSeconds });
  const { lock, close } = await openLock(options, renewDeadlineMs);
  const work = new CommandInTerms({
    commandLine,
    limits: leashLimits(renewDeadlineMs, gracePeriodSeconds * 1000),
    pauseMs: retryPeriodMs,
    clock: machineClock,
    log,
  });
  const elector: LeaderElector = new LeaderElector({
    lock,
    ...(id === null ? {} : { identity: id }),
    leaseDuration: ttlSeconds,
    onStartedLeading: (term) => work.lead(elector, term),
    clock: machineClock,
    log,
  });
  const restoreSignals = onSignals({
    end: (signal) => work.end(signal),
    kill: () => work.kill(),
    forward: (signal) => work.signal(signal),
  });
  log.info('attempting to acquire leader lease', { lock: lock.describe(), id: elector.identity, ttlSeconds });
  try {
    await elector.run(work.over);
    return work.exitStatus;
  } finally {
    restoreSignals();
    close();
  }
}
