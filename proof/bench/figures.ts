import type { BenchCluster } from './bench-cluster.ts';
import { measureCandidates } from './figures/candidates.ts';
import type { Figure } from '../figure.ts';
import { measureHandover } from './figures/handover.ts';
import { measureLibrary } from './figures/library.ts';
import { measureMemory } from './figures/memory.ts';
import { measurePipelinedStreams } from './figures/pipelined-streams.ts';
import { measureRequests } from './figures/requests.ts';
import { measureSlowWrites } from './figures/slow-writes.ts';
import { measureTakeover } from './figures/takeover.ts';
import { measureViewers } from './figures/viewers.ts';
import { measureThrottled } from './figures/throttled.ts';

type Measure = (cluster: BenchCluster) => Promise<Figure[]>;

// Seconds. What is compared with polling has client-go's default lease, and from it client-go's retryPeriod of 2 s.
const clientGosLease = 15;
const ownLease = 10;
const shortestLease = 3;

/** All that is measured, in the order of the table, and how much of each. */
export const measures = {
  handover: (cluster) =>
    measureHandover(cluster, {
      leaseDuration: clientGosLease,
      watching: 100,
      idle: 6,
      forbidden: { elections: 4, handovers: 6 },
      polling: { elections: 10, handovers: 4 },
    }),
  takeover: (cluster) =>
    measureTakeover(cluster, {
      watching: { leaseDuration: shortestLease, takeovers: 10 },
      polling: { leaseDuration: clientGosLease, elections: 12 },
    }),
  requests: (cluster) => measureRequests(cluster, { seconds: 60, leaseDuration: ownLease }),
  'slow-writes': (cluster) =>
    measureSlowWrites(cluster, { delayMs: 3000, leaseDuration: ownLease, seconds: 60 }),
  throttled: (cluster) => measureThrottled(cluster, { seconds: 30, leaseDuration: ownLease }),
  memory: (cluster) => measureMemory(cluster, { processes: 3, seconds: 20 }),
  library: () => measureLibrary({ runs: 10 }),
  candidates: (cluster) =>
    measureCandidates(cluster, { candidates: 100, leaseDuration: ownLease, handovers: 60, takeovers: 3 }),
  pipelined: (cluster) =>
    measurePipelinedStreams(cluster, { connections: 200, requests: 60, seconds: { open: 10, alone: 60 } }),
  viewers: (cluster) => measureViewers(cluster, { viewers: 1000, seconds: 10 }),
} as const satisfies Record<string, Measure>;

export type FigureName = keyof typeof measures;

export const figureNames = Object.keys(measures) as FigureName[];
