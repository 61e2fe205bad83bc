import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchCluster } from './bench-cluster.ts';
import { ElectorProcess } from './elector-process.ts';
import { ratio, type Figure } from './figure.ts';
import { memoryOf, type ProcessMemory } from './process-memory.ts';
import { median } from '../statistics.ts';

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
  if (process.platform !== 'linux') {
    return [{ what: 'memory', measured: `not measured: ${process.platform} has no /proc/PID/smaps_rollup` }];
  }
  const environment = await cluster.environment('watching');
  const electors: ElectorProcess[] = [];
  const bare: ChildProcess[] = [];
  while (electors.length < scale.processes) {
    const name = `candidate-${electors.length + 1}`;
    const elector = await ElectorProcess.start(name, { environment, election, ttlSeconds });
    electors.push(elector);
    await elector.names('candidate-1');
    bare.push(await startBareWatch(cluster.namespace, environment));
  }
  await pause(scale.seconds * 1000);
  const ofElectors = await Promise.all(electors.map(({ pid }) => memoryOf(pid)));
  const ofBare = await Promise.all(bare.map(({ pid = 0 }) => memoryOf(pid)));
  for (const elector of electors) await elector.end();
  for (const child of bare) child.kill('SIGKILL');
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

function megabytes(value: number): string {
  return `${value.toFixed(1)} MB`;
}

/** Starts a bare watch on the electors' lock; resolves once it is accepted. @throws Error where it is not */
async function startBareWatch(namespace: string, environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bareWatch, namespace, election], {
    env: { NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(() => Promise.reject(new Error('the bare watch ended')));
  const [answer] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  if (answer.toString().trim() !== '200')
    throw new Error(`the watch was answered ${answer.toString().trim()}`);
  return child;
}
