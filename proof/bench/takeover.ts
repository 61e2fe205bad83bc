import { setTimeout as pause } from 'node:timers/promises';
import { durationsOf } from '../../elector/src/leader-election-config.ts';
import type { BenchCluster } from './bench-cluster.ts';
import type { Contender, Start } from './contender.ts';
import { ElectorProcess } from './elector-process.ts';
import { ratio, times, type Figure } from './figure.ts';
import { InProcessCandidate } from './in-process-candidate.ts';
import { LockHistory } from './lock-history.ts';
import { PolledLock } from './polled-lock.ts';
import { median, percentile } from './statistics.ts';
import { SuccessionElection } from './succession-election.ts';

/** How much to measure. */
export interface TakeoverScale {
  /** Elections side by side, with electors that watch; in each of them a leader is killed and then one is frozen, this many times. */
  readonly watching: { readonly elections: number; readonly rounds: number };
  /** Elections side by side that are polled on client-go's schedule, with one takeover in each. */
  readonly polling: number;
}

const shortestLease = 3;
// client-go's default; its retryPeriod of 2 s follows from it here.
const polledLease = 15;
const polledRetryPeriodMs = durationsOf({ leaseDuration: polledLease }).retryPeriodMs;

const reachMs = 50;

/** A leader goes without a word: how much later than its lease, counted from the arrival of its last renewal, another leads. */
export async function measureTakeover(cluster: BenchCluster, scale: TakeoverScale): Promise<Figure[]> {
  const { killed, frozen } = await timeProcesses(cluster, scale.watching);
  const polled = await timePolling(cluster, scale.polling);
  const watching = [...killed, ...frozen];
  return [
    {
      what: 'leader killed → another leads, beyond the lease',
      measured: times(killed),
      target: `p99 ≤ ${reachMs} ms`,
      met: percentile(killed, 99) <= reachMs,
    },
    {
      what: 'leader frozen → another leads, beyond the lease',
      measured: times(frozen),
      target: `p99 ≤ ${reachMs} ms`,
      met: percentile(frozen, 99) <= reachMs,
    },
    {
      what: "  polling on client-go's schedule (2 to 4.4 s)",
      measured: times(polled),
      ratio: ratio(median(polled), median(watching)),
    },
  ];
}

async function timeProcesses(cluster: BenchCluster, { elections, rounds }: TakeoverScale['watching']) {
  const environment = await cluster.environment('watching');
  const killed: number[] = [];
  const frozen: number[] = [];
  const all = Array.from({ length: elections }, async (_, index) => {
    const election = `takeover-watching-${index + 1}`;
    const options = { environment, election, ttlSeconds: shortestLease };
    const takeovers = await Takeovers.begin(cluster, election, (name) => ElectorProcess.start(name, options));
    for (let round = 0; round < rounds; round += 1) {
      killed.push(await takeovers.time(shortestLease, (leader) => leader.end()));
      let stopped: ElectorProcess | undefined;
      frozen.push(
        await takeovers.time(shortestLease, (leader) => {
          stopped = leader;
          leader.freeze();
          return Promise.resolve();
        }),
      );
      await stopped?.end();
    }
    await takeovers.end();
  });
  await Promise.all(all);
  return { killed, frozen };
}

async function timePolling(cluster: BenchCluster, elections: number): Promise<number[]> {
  const credentials = await cluster.credentials('watching');
  const all = Array.from({ length: elections }, async (_, index) => {
    const election = `takeover-polled-${index + 1}`;
    const takeovers = await Takeovers.begin(cluster, election, (name) =>
      Promise.resolve(
        new InProcessCandidate(name, {
          credentials,
          leaseDuration: polledLease,
          releaseOnCancel: false,
          lock: (client) => new PolledLock(cluster.lock(election, client), polledRetryPeriodMs),
        }),
      ),
    );
    await pause(Math.random() * polledRetryPeriodMs);
    const time = await takeovers.time(polledLease, (leader) => leader.end());
    await takeovers.end();
    return time;
  });
  return Promise.all(all);
}

/** An election whose leaders go without a word, with one standby. */
class Takeovers<C extends Contender> {
  readonly #history: LockHistory;
  readonly #election: SuccessionElection<C>;

  private constructor(history: LockHistory, election: SuccessionElection<C>) {
    this.#history = history;
    this.#election = election;
  }

  static async begin<C extends Contender>(
    cluster: BenchCluster,
    election: string,
    start: Start<C>,
  ): Promise<Takeovers<C>> {
    const history = new LockHistory(cluster.lock(election));
    return new Takeovers(history, await SuccessionElection.begin(start, 1));
  }

  /** Returns by how many milliseconds the takeover came after the end of the lease. */
  async time(leaseDuration: number, go: (leader: C) => Promise<void>): Promise<number> {
    const { before, leadsAt } = await this.#election.succeed(go);
    return leadsAt - this.#history.lastRenewalOf(before) - leaseDuration * 1000;
  }

  async end(): Promise<void> {
    await this.#election.end();
    await this.#history.end();
  }
}
