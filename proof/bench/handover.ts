import { durationsOf } from '../../elector/src/leader-election-config.ts';
import type { BenchCluster } from './bench-cluster.ts';
import type { Account } from './bench-namespace.ts';
import type { Start } from './contender.ts';
import { ElectorProcess } from './elector-process.ts';
import { ratio, times, type Figure } from './figure.ts';
import { Handovers, handoverTimes, type Batch } from './handovers.ts';
import { InProcessCandidate } from './in-process-candidate.ts';
import { longestPollShare, PolledLock } from './polled-lock.ts';
import { median, percentile } from './statistics.ts';

/** How much to measure. */
export interface HandoverScale {
  /** Handovers between electors that watch. */
  readonly watching: number;
  /** Elections whose standby has nothing to do while all others are measured. */
  readonly idle: number;
  /** With electors that may not watch. */
  readonly forbidden: Batch;
  /** With candidates that poll on client-go's schedule. */
  readonly polling: Batch;
}

// client-go's default; its retryPeriod of 2 s follows from it here.
const leaseDuration = 15;
const { retryPeriodMs } = durationsOf({ leaseDuration });

const standbysOfStack = 2;
const reach = { medianMs: 20, p99Ms: 100, timesFaster: 50 };

/** From the arrival of a release until another is heard to say that it leads. */
export async function measureHandover(cluster: BenchCluster, scale: HandoverScale): Promise<Figure[]> {
  const { idleSince, idle } = await beginIdle(cluster, scale.idle);
  const watching = await timeProcesses(cluster, 'watching', standbysOfStack, {
    elections: 1,
    handovers: scale.watching,
  });
  const forbidden = await timeProcesses(cluster, 'polling', 1, scale.forbidden);
  const polling = await timePolling(cluster, scale.polling);
  const idleSeconds = Math.round((performance.now() - idleSince) / 1000);
  const afterIdling = await endIdle(idle);

  const comparison = median(polling) / median(watching);
  return [
    {
      what: 'release → another leads',
      measured: times(watching),
      target: `median ≤ ${reach.medianMs} ms, p99 ≤ ${reach.p99Ms} ms`,
      met: median(watching) <= reach.medianMs && percentile(watching, 99) <= reach.p99Ms,
    },
    {
      what: `  to a standby that was idle for ${idleSeconds} s`,
      measured: times(afterIdling),
      ratio: ratio(median(afterIdling), median(watching)),
    },
    {
      what: '  where watching is forbidden (reads every 2 s)',
      measured: times(forbidden),
      ratio: ratio(median(forbidden), median(watching)),
    },
    {
      what: "  polling on client-go's schedule (2 to 4.4 s)",
      measured: times(polling),
      ratio: ratio(median(polling), median(watching)),
      target: `≥ ${reach.timesFaster}×`,
      met: comparison >= reach.timesFaster,
    },
  ];
}

const leave = (leader: ElectorProcess) => leader.leave();

async function timeProcesses(
  cluster: BenchCluster,
  account: Account,
  standbys: number,
  batch: Batch,
): Promise<number[]> {
  const start = await electorsOf(cluster, account);
  const longestPauseMs = account === 'watching' ? 200 : retryPeriodMs;
  const options = { election: `handover-${account}`, start, standbys, leave, longestPauseMs };
  return handoverTimes(cluster, options, batch);
}

async function timePolling(cluster: BenchCluster, batch: Batch): Promise<number[]> {
  const credentials = await cluster.credentials('watching');
  const start = (election: string) => (name: string) =>
    Promise.resolve(
      new InProcessCandidate(name, {
        credentials,
        leaseDuration,
        releaseOnCancel: true,
        lock: (client) => new PolledLock(cluster.lock(election, client), retryPeriodMs),
      }),
    );
  const options = {
    election: 'handover-polled',
    start,
    standbys: 1,
    leave: (leader: InProcessCandidate) => leader.end(),
    longestPauseMs: retryPeriodMs * longestPollShare,
  };
  return handoverTimes(cluster, options, batch);
}

async function beginIdle(cluster: BenchCluster, count: number) {
  const start = await electorsOf(cluster, 'watching');
  const idle: Handovers<ElectorProcess>[] = [];
  while (idle.length < count) {
    const election = `handover-idle-${idle.length + 1}`;
    const options = { election, start: start(election), standbys: 1, leave, longestPauseMs: 0 };
    idle.push(await Handovers.begin(cluster, options));
  }
  return { idle, idleSince: performance.now() };
}

async function endIdle(idle: readonly Handovers<ElectorProcess>[]): Promise<number[]> {
  const times: number[] = [];
  for (const handovers of idle) {
    times.push(...(await handovers.times(1)));
    await handovers.end();
  }
  return times;
}

async function electorsOf(
  cluster: BenchCluster,
  account: Account,
): Promise<(election: string) => Start<ElectorProcess>> {
  const environment = await cluster.environment(account);
  return (election) => (name) =>
    ElectorProcess.start(name, { environment, election, ttlSeconds: leaseDuration });
}
