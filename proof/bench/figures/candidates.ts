import type { BenchCluster } from '../bench-cluster.ts';
import { times, type Figure } from '../../figure.ts';
import { watchingCandidates, type InProcessCandidate } from '../in-process-candidate.ts';
import { percentile } from '../../statistics.ts';
import { TimedElection } from '../timed-election.ts';

/** How much to measure. */
export interface CandidatesScale {
  readonly candidates: number;
  /** Seconds. */
  readonly leaseDuration: number;
  /** How often the leader releases the lock. */
  readonly handovers: number;
  /** How often it goes without a word. */
  readonly takeovers: number;
}

const longestPauseMs = 100;
const reach = { p99Ms: 1000, writes: 2 };

/** Many candidates on one lock, each an instance of LeaderElector in this process with connections of its own. */
export async function measureCandidates(cluster: BenchCluster, scale: CandidatesScale): Promise<Figure[]> {
  const { candidates, leaseDuration } = scale;
  const handovers = await failOver(cluster, scale, scale.handovers, true);
  const takeovers = await failOver(cluster, scale, scale.takeovers, false);
  return [
    ...figures(`release → another of ${candidates} leads`, handovers),
    ...figures(
      `leader gone → another of ${candidates} leads, beyond the lease of ${leaseDuration} s`,
      takeovers,
    ),
  ];
}

interface Failovers {
  /** Milliseconds from when the lock could be taken until another led. */
  readonly times: readonly number[];
  /** The most writes that one candidate made for one failover to acquire the lock. */
  readonly mostWrites: number;
}

function figures(what: string, failovers: Failovers): Figure[] {
  return [
    {
      what,
      measured: times(failovers.times),
      target: `p99 ≤ ${reach.p99Ms / 1000} s`,
      met: percentile(failovers.times, 99) <= reach.p99Ms,
    },
    {
      what: '  writes by each for it',
      measured: `at most ${failovers.mostWrites}`,
      target: `≤ ${reach.writes}`,
      met: failovers.mostWrites <= reach.writes,
    },
  ];
}

async function failOver(
  cluster: BenchCluster,
  { candidates, leaseDuration }: CandidatesScale,
  failovers: number,
  releaseOnCancel: boolean,
): Promise<Failovers> {
  const start = await watchingCandidates(cluster, { leaseDuration, releaseOnCancel });
  const election = releaseOnCancel ? 'candidates-handover' : 'candidates-takeover';
  const standbys = candidates - 1;
  const timed = await TimedElection.begin(cluster, {
    election,
    start: start(election),
    standbys,
    longestPauseMs,
  });
  const end = (leader: InProcessCandidate) => leader.end();
  const times: number[] = [];
  let mostWrites = 0;
  while (times.length < failovers) {
    const { standbys } = timed;
    for (const standby of standbys) standby.contests = 0;
    times.push(releaseOnCancel ? await timed.handOver(end) : await timed.takeOver(leaseDuration, end));
    mostWrites = Math.max(mostWrites, ...standbys.map(({ contests }) => contests));
  }
  await timed.end();
  return { times, mostWrites };
}
