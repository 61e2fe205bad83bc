import type { BenchCluster } from './bench-cluster.ts';
import { measureCandidates } from './candidates.ts';
import type { Figure } from './figure.ts';
import { measureHandover } from './handover.ts';
import { measureMemory } from './memory.ts';
import { measureRequests } from './requests.ts';
import { measureTakeover } from './takeover.ts';

type Measure = (cluster: BenchCluster) => Promise<Figure[]>;

/** All that is measured, in the order of the table, and how much of each. */
export const measures = {
  handover: (cluster) =>
    measureHandover(cluster, {
      watching: 100,
      idle: 6,
      forbidden: { elections: 4, handovers: 5 },
      polling: { elections: 10, handovers: 4 },
    }),
  takeover: (cluster) => measureTakeover(cluster, { watching: { elections: 3, rounds: 4 }, polling: 12 }),
  requests: (cluster) => measureRequests(cluster, { seconds: 60, leaseDuration: 10 }),
  memory: (cluster) => measureMemory(cluster, { processes: 3, seconds: 20 }),
  candidates: (cluster) => measureCandidates(cluster, { candidates: 100, handovers: 100, takeovers: 5 }),
} as const satisfies Record<string, Measure>;

export type FigureName = keyof typeof measures;

export const figureNames = Object.keys(measures) as FigureName[];
