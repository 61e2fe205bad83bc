import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from '../bench-cluster.ts';
import { CountingProxy } from '../counting-proxy.ts';
import { ElectorProcess } from '../elector-process.ts';
import { milliseconds, ratio, type Figure } from '../../figure.ts';

/** How slow, and how much to measure. */
export interface SlowWritesScale {
  /** How long each write takes longer than usual, in milliseconds. */
  readonly delayMs: number;
  /** The elector's lease, in seconds. */
  readonly leaseDuration: number;
  /** For how long it is watched once it leads, in seconds. */
  readonly seconds: number;
}

/** Whether an election has a leader, and keeps it, where the API server does each write at once and takes long to answer. */
export async function measureSlowWrites(cluster: BenchCluster, scale: SlowWritesScale): Promise<Figure[]> {
  const { delayMs, leaseDuration, seconds } = scale;
  const proxy = await CountingProxy.start(cluster.api.endpoint);
  proxy.writesTakeMs = delayMs;
  const elector = await ElectorProcess.start(cluster, 'slow', {
    election: 'slow-writes',
    ttlSeconds: leaseDuration,
    endpoint: proxy.endpoint,
  });
  const startedAt = performance.now();
  const ledAt = await elector.leads();
  const breaks = elector.countEndedTerms();
  await pause(seconds * 1000);
  await elector.end();
  proxy.close();
  return [
    {
      what: `writes that take ${delayMs / 1000} s (lease ${leaseDuration} s): started → leads`,
      measured: milliseconds(ledAt - startedAt),
      ratio: ratio(ledAt - startedAt, delayMs),
    },
    {
      what: `  breaks in its leadership in the ${seconds} s after that`,
      measured: String(breaks()),
      target: '0',
      met: breaks() === 0,
    },
  ];
}
