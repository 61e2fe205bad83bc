import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import type { BenchCluster } from '../bench-cluster.ts';
import { ElectorProcess } from '../elector-process.ts';
import { ratio, times, type Figure } from '../../figure.ts';
import { longestPollShare } from '../polled-lock.ts';
import { pollingCandidates } from '../in-process-candidate.ts';
import { median, percentile } from '../../statistics.ts';
import { sideBySide, TimedElection } from '../timed-election.ts';

/** How much to measure. */
export interface TakeoverScale {
  /** With electors that watch: how often a leader is killed, and how often one is frozen. */
  readonly watching: { readonly leaseDuration: number; readonly takeovers: number };
  /** With candidates that poll on client-go's schedule, in elections side by side, with one takeover in each. */
  readonly polling: { readonly leaseDuration: number; readonly elections: number };
}

const reachMs = 50;

/** A leader goes without a word: how much later than its lease, counted from the arrival of its last renewal, another leads. */
export async function measureTakeover(cluster: BenchCluster, scale: TakeoverScale): Promise<Figure[]> {
  const [killed, frozen] = await Promise.all([
    timeWatching(cluster, 'takeover-killed', (leader) => leader.end(), scale.watching),
    timeWatching(cluster, 'takeover-frozen', freeze, scale.watching),
  ]);
  const polling = await timePolling(cluster, scale.polling);
  return [
    figure('leader killed → another leads, beyond the lease', killed),
    figure('leader frozen → another leads, beyond the lease', frozen),
    {
      what: "  polling on client-go's schedule",
      measured: times(polling),
      ratio: ratio(median(polling), median([...killed, ...frozen])),
    },
  ];
}

function figure(what: string, samples: readonly number[]): Figure {
  const met = percentile(samples, 99) <= reachMs;
  return { what, measured: times(samples), target: `p99 ≤ ${reachMs} ms`, met };
}

function freeze(leader: ElectorProcess): Promise<void> {
  leader.freeze();
  return Promise.resolve();
}

async function timeWatching(
  cluster: BenchCluster,
  election: string,
  go: (leader: ElectorProcess) => Promise<void>,
  { leaseDuration, takeovers }: TakeoverScale['watching'],
): Promise<number[]> {
  const { retryPeriodMs } = durationsOf({ leaseDuration });
  const timed = await TimedElection.begin(cluster, {
    election,
    start: (name) => ElectorProcess.start(cluster, name, { election, ttlSeconds: leaseDuration }),
    standbys: 1,
    longestPauseMs: retryPeriodMs,
  });
  const times: number[] = [];
  const gone: ElectorProcess[] = [];
  while (times.length < takeovers) {
    const goOn = (leader: ElectorProcess) => {
      gone.push(leader);
      return go(leader);
    };
    times.push(await timed.takeOver(leaseDuration, goOn));
  }
  await timed.end();
  for (const leader of gone) await leader.end();
  return times;
}

async function timePolling(
  cluster: BenchCluster,
  { leaseDuration, elections }: TakeoverScale['polling'],
): Promise<number[]> {
  const start = await pollingCandidates(cluster, { leaseDuration, releaseOnCancel: false });
  const longestPauseMs = durationsOf({ leaseDuration }).retryPeriodMs * longestPollShare;
  return sideBySide(elections, 'takeover-polling', async (election) => {
    const options = { election, start: start(election), standbys: 1, longestPauseMs };
    const timed = await TimedElection.begin(cluster, options);
    const time = await timed.takeOver(leaseDuration, (leader) => leader.end());
    await timed.end();
    return [time];
  });
}
