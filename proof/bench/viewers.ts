import { setTimeout as pause } from 'node:timers/promises';
import { bundle } from '../../infra/bundle.ts';
import { app } from '../../infra/packages.ts';
import { AppProcess } from './app-process.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { ElectorProcess } from './elector-process.ts';
import { ratio, type Figure } from './figure.ts';
import { cpuSecondsOf } from './process-cpu.ts';
import { Viewer } from './viewer.ts';

/** How much to measure. */
export interface ViewersScale {
  /** How many open the page at once. */
  readonly viewers: number;
  /** For how long they keep it open, in seconds. */
  readonly seconds: number;
}

const election = 'viewers';
const leader = 'candidate-1';
const ttlSeconds = 10;
const reach = { cpuSeconds: 1.5, megabytes: 20 };

/** What the viewers of its page cost the app's process, and how much it sends them. */
export async function measureViewers(cluster: BenchCluster, scale: ViewersScale): Promise<Figure[]> {
  if (process.platform !== 'linux') {
    return [{ what: 'viewers', measured: `not measured: ${process.platform} has no /proc/PID/stat` }];
  }
  await bundle(app);
  const environment = await cluster.environment('watching');
  const elector = await ElectorProcess.start(leader, { environment, election, ttlSeconds });
  await elector.names(leader);
  const page = await AppProcess.start(leader, elector.url);
  const alone = await costOf(page, 1, scale.seconds);
  const together = await costOf(page, scale.viewers, scale.seconds);
  await page.end();
  await elector.end();
  return figures(scale, alone, together);
}

/** What viewers cost, in CPU seconds and bytes. */
interface Cost {
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** What the arrival of viewers costs, until each has had its first message, and what their staying does. */
interface ViewersCost {
  readonly arrival: Cost;
  readonly stay: Cost;
}

async function costOf(page: AppProcess, count: number, seconds: number): Promise<ViewersCost> {
  const cpuBefore = await cpuSecondsOf(page.pid);
  const viewers = await Promise.all(Array.from({ length: count }, () => Viewer.open(page.port)));
  const bytes = () => viewers.reduce((sum, viewer) => sum + viewer.bytes, 0);
  const arrival = { cpuSeconds: (await cpuSecondsOf(page.pid)) - cpuBefore, bytes: bytes() };
  await pause(seconds * 1000);
  const stay = {
    cpuSeconds: (await cpuSecondsOf(page.pid)) - cpuBefore - arrival.cpuSeconds,
    bytes: bytes() - arrival.bytes,
  };
  for (const viewer of viewers) viewer.close();
  return { arrival, stay };
}

function figures({ viewers, seconds }: ViewersScale, alone: ViewersCost, together: ViewersCost): Figure[] {
  const { arrival, stay } = together;
  const met = arrival.cpuSeconds <= reach.cpuSeconds && megabytes(arrival.bytes) <= reach.megabytes;
  return [
    {
      what: `${viewers} page viewers at once, until each has a message`,
      measured: told(arrival),
      ratio: ratio(arrival.bytes / viewers, alone.arrival.bytes),
      target: `≤ ${reach.cpuSeconds} s, ≤ ${reach.megabytes} MB`,
      met,
    },
    {
      what: `  the ${seconds} s after that`,
      measured: told(stay),
      ratio: ratio(stay.bytes / viewers, alone.stay.bytes),
    },
  ];
}

function told({ cpuSeconds, bytes }: Cost): string {
  return `${cpuSeconds.toFixed(2)} s of CPU, ${megabytes(bytes).toFixed(1)} MB`;
}

function megabytes(bytes: number): number {
  return bytes / 1e6;
}
