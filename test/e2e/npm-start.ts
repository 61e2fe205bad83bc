import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Child } from '../../base/testing/child.ts';
import { ApiClient, readKubeconfig } from '../../cluster/testing/index.ts';
import { startNode, startNpm } from '../script.ts';

/** Runs what `npm start` runs, as a child without npm between. */
export function npmStart(...args: string[]): Child {
  return startNode(['local/start.mjs', ...args]);
}

/** Runs `npm start` itself. */
export function npmStartByNpm(...args: string[]): Child {
  return startNpm(['start', '--', ...args]);
}

/** A folder for a test; `state` in it does not exist yet. */
export async function withStateDir(run: (stateDir: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'npm-start-'));
  try {
    await run(join(folder, 'state'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a started example can be reached, once it says so. */
export interface Reachable {
  readonly url: string;
  readonly kubeconfig: string;
}

/** Waits until an example has printed how to reach it. */
export async function reachable(example: Child): Promise<Reachable> {
  const [, url = ''] = await example.line(/^ {2}Page +(\S+)$/);
  const [, kubeconfig = ''] = await example.line(/^ {2}Kubeconfig +(\S+)$/);
  return { url, kubeconfig };
}

/** The API of a started example, as its administrator. */
export async function administrator({ kubeconfig }: Pick<Reachable, 'kubeconfig'>): Promise<ApiClient> {
  return new ApiClient(readKubeconfig(await readFile(kubeconfig, 'utf8')));
}

interface Process {
  readonly pid: number;
  readonly parent: number;
}

/** The processes that descend from one, itself included. */
export function family(pid: number): number[] {
  const all = processes();
  const pids = [pid];
  // Grows while it is walked: each one found may have children of its own.
  for (const one of pids) pids.push(...all.filter(({ parent }) => parent === one).map((child) => child.pid));
  return pids;
}

/** Those of some processes that run; one that has ended and that nobody has asked about yet does not. */
export function running(pids: readonly number[]): number[] {
  return processes()
    .map(({ pid }) => pid)
    .filter((pid) => pids.includes(pid));
}

function processes(): Process[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
