import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from '../bench-cluster.ts';
import { CountingProxy } from '../counting-proxy.ts';
import { ElectorProcess } from '../elector-process.ts';
import type { Figure } from '../../figure.ts';

/** How much to measure. */
export interface ThrottledScale {
  /** For how long requests are counted, in seconds. */
  readonly seconds: number;
  /** The electors' lease, in seconds. */
  readonly leaseDuration: number;
}

const mostPerSecond = 2;

/** How many requests a second, watches included, an elector makes of a server that refuses them all and asks for no pause. */
export async function measureThrottled(cluster: BenchCluster, scale: ThrottledScale): Promise<Figure[]> {
  const [newcomer, leader] = await Promise.all([
    countThrottled(cluster, scale, 'newcomer', async (start, proxy) => {
      proxy.throttle();
      return start();
    }),
    countThrottled(cluster, scale, 'leader', async (start, proxy) => {
      const elector = await start();
      await elector.leads();
      proxy.throttle();
      return elector;
    }),
  ]);
  return [
    figure('requests a second by a newcomer, each answered 429 with Retry-After: 0', newcomer),
    figure('  by a leader', leader),
  ];
}

async function countThrottled(
  cluster: BenchCluster,
  { seconds, leaseDuration }: ThrottledScale,
  name: string,
  begin: (start: () => Promise<ElectorProcess>, proxy: CountingProxy) => Promise<ElectorProcess>,
): Promise<number> {
  const proxy = await CountingProxy.start(cluster.api.endpoint);
  const { endpoint } = proxy;
  const options = { election: `throttled-${name}`, ttlSeconds: leaseDuration, endpoint };
  const elector = await begin(() => ElectorProcess.start(cluster, name, options), proxy);
  proxy.countAnew();
  await pause(seconds * 1000);
  const { requests, watches } = proxy;
  await elector.end();
  proxy.close();
  return (requests + watches) / seconds;
}

function figure(what: string, perSecond: number): Figure {
  return {
    what,
    measured: perSecond.toFixed(2),
    target: `≤ ${mostPerSecond}`,
    met: perSecond <= mostPerSecond,
  };
}
