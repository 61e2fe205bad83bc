import { randomUUID } from 'node:crypto';
import type { Credentials } from '../../elector/src/kubernetes/credentials.ts';
import { KubeClient } from '../../elector/src/kubernetes/kube-client.ts';
import { durationsOf } from '../../elector/src/election/leader-election-config.ts';
import { LeaderElector } from '../../elector/src/election/leader-elector.ts';
import type { ResourceLock } from '../../elector/src/election/resource-lock.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { Latest } from './latest.ts';
import { PolledLock } from './polled-lock.ts';
import type { Contender, Start } from './timed-election.ts';

/** What candidates in this process have in common. */
export interface InProcessOptions {
  /** Seconds. */
  readonly leaseDuration: number;
  /** Whether a leader that ends releases the lock. */
  readonly releaseOnCancel: boolean;
}

/** What a candidate takes part with. */
interface CandidateConfig extends InProcessOptions {
  readonly credentials: Credentials;
  /** The lock, as this candidate's client reaches it. */
  readonly lock: (client: KubeClient) => ResourceLock;
}

/** An instance of LeaderElector in this process, with connections of its own. */
export class InProcessCandidate implements Contender {
  readonly name: string;
  /** How many writes it made to acquire the lock, in vain or not. */
  contests = 0;
  readonly #leader = new Latest<string>();
  readonly #client: KubeClient;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  constructor(name: string, { credentials, lock, ...config }: CandidateConfig) {
    this.name = name;
    const { retryPeriodMs } = durationsOf(config);
    this.#client = new KubeClient({ credentials, requestTimeoutMs: retryPeriodMs });
    const elector = new LeaderElector({
      ...config,
      lock: lock(this.#client),
      identity: name,
      uid: randomUUID(),
      onNewLeader: (leader) => this.#leader.say(leader),
    });
    elector.on('write', ({ purpose }) => {
      if (purpose === 'acquire') this.contests += 1;
    });
    this.#ended = elector.run(this.#stopping.signal);
  }

  leads(): Promise<number> {
    return this.#leader.when((leader) => leader === this.name);
  }

  names(leader: string): Promise<unknown> {
    return this.#leader.when((named) => named === leader);
  }

  /** Stops it; it hands over where `releaseOnCancel` says so. */
  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
    this.#client.close();
  }
}

/** How the candidates of any election are started. */
export type StartInProcess = (election: string) => Start<InProcessCandidate>;

/** Candidates in this process that watch. */
export async function watchingCandidates(
  cluster: BenchCluster,
  options: InProcessOptions,
): Promise<StartInProcess> {
  const credentials = await cluster.credentials('watching');
  return (election) => (name) =>
    Promise.resolve(
      new InProcessCandidate(name, {
        ...options,
        credentials,
        lock: (client) => cluster.lock(election, client),
      }),
    );
}

/** Candidates in this process that poll on client-go's schedule. */
export async function pollingCandidates(
  cluster: BenchCluster,
  options: InProcessOptions,
): Promise<StartInProcess> {
  const credentials = await cluster.credentials('watching');
  const { retryPeriodMs } = durationsOf(options);
  return (election) => (name) =>
    Promise.resolve(
      new InProcessCandidate(name, {
        ...options,
        credentials,
        lock: (client) => new PolledLock(cluster.lock(election, client), retryPeriodMs),
      }),
    );
}
