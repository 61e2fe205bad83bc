import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import type { BenchCluster } from '../bench-cluster.ts';
import type { Account } from '../bench-namespace.ts';
import { ElectorProcess } from '../elector-process.ts';
import { ratio, times, type Figure } from '../../figure.ts';
import { pollingCandidates, type InProcessCandidate } from '../in-process-candidate.ts';
import { longestPollShare } from '../polled-lock.ts';
import { median, percentile } from '../../statistics.ts';
import { sideBySide, TimedElection, type Start } from '../timed-election.ts';

/** How much to measure. */
export interface HandoverScale {
  /** Seconds; retryPeriod follows from it, in client-go's proportions. */
  readonly leaseDuration: number;
  /** Handovers between electors that watch. */
  readonly watching: number;
  /** Elections whose standby has nothing to do while all others are measured. */
  readonly idle: number;
  /** With electors that may not watch. */
  readonly forbidden: Batch;
  /** With candidates that poll on client-go's schedule. */
  readonly polling: Batch;
}

/** How many elections side by side, and how many handovers in each. */
interface Batch {
  readonly elections: number;
  readonly handovers: number;
}

const standbysOfStack = 2;
const longestPauseMs = 200;
const reach = { medianMs: 20, p99Ms: 100, timesFaster: 50 };

/** From the arrival of a release until another is heard to say that it leads. */
export async function measureHandover(cluster: BenchCluster, scale: HandoverScale): Promise<Figure[]> {
  const { leaseDuration } = scale;
  const { retryPeriodMs } = durationsOf({ leaseDuration });
  const electors =
    (account: Account) =>
    (election: string): Start<ElectorProcess> =>
    (name) =>
      ElectorProcess.start(cluster, name, { election, ttlSeconds: leaseDuration, account });
  const [watchers, forbiddenWatchers] = [electors('watching'), electors('polling')];
  const pollers = await pollingCandidates(cluster, { leaseDuration, releaseOnCancel: true });

  const idle = await beginIdle(cluster, scale.idle, watchers);
  const idleSince = performance.now();
  const watching = await timeElection(cluster, 'handover-watching', watchers, leave, {
    standbys: standbysOfStack,
    longestPauseMs,
    handovers: scale.watching,
  });
  const forbidden = await sideBySide(scale.forbidden.elections, 'handover-forbidden', (election) =>
    timeElection(cluster, election, forbiddenWatchers, leave, {
      standbys: 1,
      longestPauseMs: retryPeriodMs,
      handovers: scale.forbidden.handovers,
    }),
  );
  const polling = await sideBySide(scale.polling.elections, 'handover-polling', (election) =>
    timeElection(cluster, election, pollers, end, {
      standbys: 1,
      longestPauseMs: retryPeriodMs * longestPollShare,
      handovers: scale.polling.handovers,
    }),
  );
  const idleSeconds = Math.round((performance.now() - idleSince) / 1000);
  const afterIdling = await endIdle(idle);

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
      what: `  where watching is forbidden (reads every ${seconds(retryPeriodMs)} s)`,
      measured: times(forbidden),
      ratio: ratio(median(forbidden), median(watching)),
    },
    {
      what: `  polling on client-go's schedule (${seconds(retryPeriodMs)} to ${seconds(retryPeriodMs * longestPollShare)} s)`,
      measured: times(polling),
      ratio: ratio(median(polling), median(watching)),
      target: `≥ ${reach.timesFaster}×`,
      met: median(polling) >= reach.timesFaster * median(watching),
    },
  ];
}

const seconds = (ms: number) => Number((ms / 1000).toFixed(1));

const leave = (leader: ElectorProcess) => leader.leave();
const end = (leader: InProcessCandidate) => leader.end();

type StartIn<C extends ElectorProcess | InProcessCandidate> = (election: string) => Start<C>;

interface Course {
  readonly standbys: number;
  readonly longestPauseMs: number;
  readonly handovers: number;
}

async function timeElection<C extends ElectorProcess | InProcessCandidate>(
  cluster: BenchCluster,
  election: string,
  start: StartIn<C>,
  leave: (leader: C) => Promise<void>,
  { handovers, ...course }: Course,
): Promise<number[]> {
  const timed = await TimedElection.begin(cluster, { election, start: start(election), ...course });
  const times: number[] = [];
  while (times.length < handovers) times.push(await timed.handOver(leave));
  await timed.end();
  return times;
}

type Idle = readonly TimedElection<ElectorProcess>[];

async function beginIdle(
  cluster: BenchCluster,
  count: number,
  start: StartIn<ElectorProcess>,
): Promise<Idle> {
  const idle: TimedElection<ElectorProcess>[] = [];
  while (idle.length < count) {
    const election = `handover-idle-${idle.length + 1}`;
    const options = { election, start: start(election), standbys: 1, longestPauseMs };
    idle.push(await TimedElection.begin(cluster, options));
  }
  return idle;
}

async function endIdle(idle: Idle): Promise<number[]> {
  const times: number[] = [];
  for (const timed of idle) {
    times.push(await timed.handOver(leave));
    await timed.end();
  }
  return times;
}
