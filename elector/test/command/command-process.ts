import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LeaseSpec } from '../../src/election/leader-election-record.ts';
import { FakeApiServer } from '../kubernetes/api-server.ts';
import { startBundle } from '../sidecar/elector-process.ts';
import { endChildren, type Child } from '../../../base/testing/child.ts';

const main = fileURLToPath(new URL('../../dist/command/main.mjs', import.meta.url));
const worker = fileURLToPath(new URL('./worker.mjs', import.meta.url));

/** The Lease of all these tests. */
export const leasePath = '/apis/coordination.k8s.io/v1/namespaces/default/leases/example';

/** An API server, and the command as it is started by somebody whose kubeconfig leads there. */
export class CommandSuite {
  readonly server: FakeApiServer;
  readonly #folder: string;

  private constructor(server: FakeApiServer, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async start(): Promise<CommandSuite> {
    const suite = new CommandSuite(await FakeApiServer.start(), await mkdtemp(join(tmpdir(), 'command-')));
    const kubeconfig = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
      clusters: [{ name: 'here', cluster: { server: suite.server.url } }],
      users: [{ name: 'me', user: { token: 'abc' } }],
    };
    await writeFile(suite.#kubeconfig, JSON.stringify(kubeconfig));
    return suite;
  }

  /** Starts `k8s-leader-elector` with these arguments. */
  command(...args: readonly string[]): Child {
    return startBundle(main, args, { KUBECONFIG: this.#kubeconfig });
  }

  /** Starts it as a candidate named `id`, with the shortest lease, that runs a command; without one `worker.mjs`. */
  run(
    id: string,
    options: readonly string[] = [],
    commandLine: readonly string[] = [process.execPath, worker],
  ): Child {
    return this.command(
      'run',
      '--election',
      'example',
      '--id',
      id,
      '--ttl',
      '3s',
      ...options,
      '--',
      ...commandLine,
    );
  }

  /** The same, with a worker that does not end on SIGTERM. */
  runStubborn(id: string, ...options: readonly string[]): Child {
    return this.run(id, options, [process.execPath, worker, 'stubborn']);
  }

  /** The Lease's spec; null where there is no Lease. */
  get lease(): LeaseSpec | null {
    return (this.server.objects.read(leasePath)?.['spec'] as LeaseSpec | undefined) ?? null;
  }

  async stop(): Promise<void> {
    await endChildren();
    await this.server.close();
    await rm(this.#folder, { recursive: true });
  }

  get #kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }
}

/** The process that a worker runs in, as it has told. */
export async function workerPid(run: Child, from = 0): Promise<number> {
  const [, pid] = await run.line(/^works as .* in (\d+)$/, from);
  return Number(pid);
}

/** The guard of a worker: the process that began its group. */
export function guardOf(worker: number): number {
  return Number(statOf(worker)[2]);
}

/** Whether a process runs: one that has ended and that nobody has asked how does not. */
export function runs(pid: number): boolean {
  try {
    return statOf(pid)[0] !== 'Z';
  } catch {
    return false;
  }
}

/** When a worker has last told that it works, in milliseconds of the machine's monotonic clock. */
export function lastWorkAt(run: Child): number {
  const times = run.lines.flatMap((line) => /^at ([\d.]+)$/.exec(line)?.slice(1) ?? []);
  return Number(times.at(-1));
}

/** When a worker has first told that. */
export async function firstWorkAt(run: Child): Promise<number> {
  const [, time] = await run.line(/^at ([\d.]+)$/);
  return Number(time);
}

/** State, parent and group of a process, and what else Linux tells. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
