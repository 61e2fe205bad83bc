import type { BenchCluster } from './bench-cluster.ts';
import { times, type Figure } from './figure.ts';
import { InProcessCandidate } from './in-process-candidate.ts';
import { LockHistory } from './lock-history.ts';
import { percentile } from './statistics.ts';
import { SuccessionElection } from './succession-election.ts';

/** How much to measure. */
export interface CandidatesScale {
  readonly candidates: number;
  /** How often the leader releases the lock. */
  readonly handovers: number;
  /** How often it goes without a word. */
  readonly takeovers: number;
}

/** Many candidates on one lock, each an instance of LeaderElector in this process with connections of its own. */
export async function measureCandidates(cluster: BenchCluster, scale: CandidatesScale): Promise<Figure[]> {
  const { candidates } = scale;
  const handovers = await failOver(cluster, {
    election: 'candidates-handover',
    candidates,
    failovers: scale.handovers,
    leaseDuration: 15,
    releaseOnCancel: true,
  });
  const takeovers = await failOver(cluster, {
    election: 'candidates-takeover',
    candidates,
    failovers: scale.takeovers,
    leaseDuration: 3,
    releaseOnCancel: false,
  });
  return [
    ...figures(`release → another of ${candidates} leads`, handovers),
    ...figures(`leader gone → another of ${candidates} leads, beyond the lease`, takeovers),
  ];
}

interface Failovers {
  /** Milliseconds from when the lock could be taken until another led. */
  readonly times: readonly number[];
  /** For each failover, the most writes that one candidate made to acquire the lock. */
  readonly contests: readonly number[];
}

const reach = { p99Ms: 1000, writes: 2 };

function figures(what: string, failovers: Failovers): Figure[] {
  const mostContests = Math.max(...failovers.contests);
  return [
    {
      what,
      measured: times(failovers.times),
      target: `p99 ≤ ${reach.p99Ms / 1000} s`,
      met: percentile(failovers.times, 99) <= reach.p99Ms,
    },
    {
      what: '  writes by each for it',
      measured: `at most ${mostContests}`,
      target: `≤ ${reach.writes}`,
      met: mostContests <= reach.writes,
    },
  ];
}

interface FailoverOptions {
  readonly election: string;
  readonly candidates: number;
  readonly failovers: number;
  /** Seconds. */
  readonly leaseDuration: number;
  /** Whether a leader that goes releases the lock. */
  readonly releaseOnCancel: boolean;
}

async function failOver(cluster: BenchCluster, options: FailoverOptions): Promise<Failovers> {
  const { candidates, failovers, leaseDuration, releaseOnCancel } = options;
  const credentials = await cluster.credentials('watching');
  const lock = cluster.lock(options.election);
  const history = new LockHistory(lock);
  const start = (name: string) =>
    new InProcessCandidate(name, {
      credentials,
      leaseDuration,
      releaseOnCancel,
      lock: (client) => cluster.lock(options.election, client),
    });
  const election = await SuccessionElection.begin((name) => Promise.resolve(start(name)), candidates - 1);
  const times: number[] = [];
  const contests: number[] = [];
  for (let count = 0; count < failovers; count += 1) {
    const { standbys } = election;
    const before = standbys.map((standby) => standby.contests);
    const since = performance.now();
    const { before: leader, leadsAt } = await election.succeed((leader) => leader.end());
    const freeAt = releaseOnCancel
      ? await history.releasedAt(since)
      : history.lastRenewalOf(leader) + leaseDuration * 1000;
    times.push(leadsAt - freeAt);
    contests.push(Math.max(...standbys.map((standby, index) => standby.contests - (before[index] ?? 0))));
  }
  await election.end();
  await history.end();
  return { times, contests };
}
