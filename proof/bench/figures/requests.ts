import { setTimeout as pause } from 'node:timers/promises';
import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import type { BenchCluster } from '../bench-cluster.ts';
import type { Account } from '../bench-namespace.ts';
import { CountingProxy } from '../counting-proxy.ts';
import { ElectorProcess } from '../elector-process.ts';
import { ratio, type Figure } from '../../figure.ts';

/** How much to measure. */
export interface RequestsScale {
  /** For how long requests are counted, in seconds. */
  readonly seconds: number;
  /** The electors' lease, in seconds. */
  readonly leaseDuration: number;
}

/** How many requests a minute reach the API server from a leader, from a standby, and from one that may not watch. */
export async function measureRequests(cluster: BenchCluster, scale: RequestsScale): Promise<Figure[]> {
  const { leaseDuration, seconds } = scale;
  const leader = await startCounted(cluster, 'leader', 'watching', leaseDuration);
  await leader.elector.leads();
  const standby = await startCounted(cluster, 'standby', 'watching', leaseDuration);
  const polling = await startCounted(cluster, 'polling-standby', 'polling', leaseDuration);
  for (const { elector } of [standby, polling]) await elector.names('leader');

  // What a start takes is not counted.
  const { renewPeriodMs } = durationsOf({ leaseDuration });
  await pause(renewPeriodMs);
  const all = [leader, standby, polling];
  for (const { proxy } of all) proxy.countAnew();
  await pause(seconds * 1000);
  const perMinute = ({ proxy }: Counted) => Math.round((proxy.requests * 60) / seconds);
  const [leaders, standbys, pollings] = [perMinute(leader), perMinute(standby), perMinute(polling)];
  const standbysWatches = standby.proxy.watches;
  for (const { elector, proxy } of all) {
    await elector.end();
    proxy.close();
  }

  // Besides its renewals, a new leader looks at the other lock with those of its first lease.
  const renewals = 60_000 / renewPeriodMs;
  return [
    {
      what: `requests a minute by the leader (lease ${leaseDuration} s)`,
      measured: String(leaders),
      ratio: ratio(leaders, renewals),
      target: '≤ 20',
      met: leaders <= 20,
    },
    {
      what: 'requests a minute by a standby, its watch left out',
      measured: `${standbys} (and ${standbysWatches} watches opened anew)`,
      ratio: ratio(standbys, pollings),
      target: '0',
      met: standbys === 0,
    },
    { what: '  by a standby where watching is forbidden', measured: String(pollings) },
  ];
}

interface Counted {
  readonly elector: ElectorProcess;
  readonly proxy: CountingProxy;
}

async function startCounted(
  cluster: BenchCluster,
  name: string,
  account: Account,
  ttlSeconds: number,
): Promise<Counted> {
  const proxy = await CountingProxy.start(cluster.api.endpoint);
  const elector = await ElectorProcess.start(cluster, name, {
    election: 'requests',
    ttlSeconds,
    account,
    endpoint: proxy.endpoint,
  });
  return { elector, proxy };
}
