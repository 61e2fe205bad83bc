import { durationsOf } from '../../elector/src/election/leader-election-config.ts';
import type { BenchCluster } from './bench-cluster.ts';
import type { Account } from './bench-namespace.ts';
import type { Start } from './contender.ts';
import { ElectorProcess } from './elector-process.ts';
import { InProcessCandidate } from './in-process-candidate.ts';
import { PolledLock } from './polled-lock.ts';

/** How the contenders of any election are started. */
export type StartIn<C extends ElectorProcess | InProcessCandidate> = (election: string) => Start<C>;

/** As electors in processes of their own, with the rights of `account`; the lease in seconds. */
export async function electorProcesses(
  cluster: BenchCluster,
  account: Account,
  ttlSeconds: number,
): Promise<StartIn<ElectorProcess>> {
  const environment = await cluster.environment(account);
  return (election) => (name) => ElectorProcess.start(name, { environment, election, ttlSeconds });
}

/** What candidates in this process have in common. */
export interface InProcessOptions {
  /** Seconds. */
  readonly leaseDuration: number;
  /** Whether a leader that ends releases the lock. */
  readonly releaseOnCancel: boolean;
}

/** As candidates in this process that watch. */
export async function watchingCandidates(
  cluster: BenchCluster,
  options: InProcessOptions,
): Promise<StartIn<InProcessCandidate>> {
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

/** As candidates in this process that poll on client-go's schedule. */
export async function pollingCandidates(
  cluster: BenchCluster,
  options: InProcessOptions,
): Promise<StartIn<InProcessCandidate>> {
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
