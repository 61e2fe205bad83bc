import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from '../../../base/testing/child.ts';
import type { BenchCluster } from '../bench-cluster.ts';
import { ElectorProcess } from '../elector-process.ts';
import { megabytes, ratio, withoutProc, type Figure } from '../../figure.ts';
import { memoryOf, type ProcessMemory } from '../process-usage.ts';
import { median } from '../../statistics.ts';

/** How much to measure. */
export interface MemoryScale {
  /** How many electors, and how many bare watches. */
  readonly processes: number;
  /** For how long they run before they are measured, in seconds. */
  readonly seconds: number;
}

const bareWatch = fileURLToPath(new URL('bare-watch.mjs', import.meta.url));
const election = 'memory';
const ttlSeconds = 10;
const reach = { timesBare: 1.3, residentMB: 70 };

/** What an elector's process costs, against one that holds a bare watch on the same lock. */
export async function measureMemory(cluster: BenchCluster, scale: MemoryScale): Promise<Figure[]> {
  const notMeasured = withoutProc('memory');
  if (notMeasured !== null) return notMeasured;
  const electors: ElectorProcess[] = [];
  const bare: Child[] = [];
  while (electors.length < scale.processes) {
    const name = `candidate-${electors.length + 1}`;
    const elector = await ElectorProcess.start(cluster, name, { election, ttlSeconds });
    electors.push(elector);
    await elector.names('candidate-1');
    bare.push(await startBareWatch(cluster));
  }
  await pause(scale.seconds * 1000);
  const ofElectors = await Promise.all(electors.map(({ pid }) => memoryOf(pid)));
  const ofBare = await Promise.all(bare.map(({ pid }) => memoryOf(pid)));
  for (const elector of electors) await elector.end();
  for (const child of bare) await child.end();
  return figures(ofElectors, ofBare);
}

function figures(electors: readonly ProcessMemory[], bare: readonly ProcessMemory[]): Figure[] {
  const electorsOwn = electors.map(({ privateDirty }) => privateDirty);
  const bareOwn = bare.map(({ privateDirty }) => privateDirty);
  const timesBare = median(electorsOwn) / median(bareOwn);
  const resident = Math.max(...electors.map((memory) => memory.resident));
  return [
    {
      what: 'an elector process, private dirty',
      measured: `median ${megabytes(median(electorsOwn))}, most ${megabytes(Math.max(...electorsOwn))} (${electors.length})`,
      ratio: ratio(median(electorsOwn), median(bareOwn)),
      target: `≤ ${reach.timesBare}× a bare HTTPS watch`,
      met: timesBare <= reach.timesBare,
    },
    {
      what: '  a bare HTTPS watch in Node',
      measured: `median ${megabytes(median(bareOwn))}, most ${megabytes(Math.max(...bareOwn))} (${bare.length})`,
    },
    {
      what: 'an elector process, resident',
      measured: `most ${megabytes(resident)}`,
      target: `≤ ${reach.residentMB} MB`,
      met: resident <= reach.residentMB,
    },
  ];
}

/** Starts a bare watch on the electors' lock; resolves once it is accepted. @throws Error where it is not */
async function startBareWatch(cluster: BenchCluster): Promise<Child> {
  const env = { NODE_ENV: 'production', ...(await cluster.environment('watching')) };
  const child = new Child(process.execPath, [bareWatch, cluster.namespace, election], env);
  const [code] = await child.line(/^\d+$/);
  if (code !== '200') throw new Error(`the watch was answered ${code}`);
  return child;
}
