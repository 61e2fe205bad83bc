import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** A container as the runtime is to start it. */
export interface ContainerProcess {
  /** The program and its arguments; at least the program. */
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder to start in. */
  readonly cwd: string;
  /** Whether something may be written to it; left out: no. */
  readonly stdin?: boolean;
  /** The form of its output: text, or what any bytes have as base64; left out: text. */
  readonly encoding?: 'utf8' | 'base64';
}

/** How a container ended: by an exit code or by a signal; null means the other. */
export interface ContainerExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the runtime tells about a container: one of `onStarted` and `onFailed`, then output, then one `onExited`. */
export interface ContainerEvents {
  onStarted(pid: number): void;
  /** It could not be started. Nothing follows. */
  onFailed(message: string): void;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onExited(exit: ContainerExit): void;
}

type ShimMessage = { readonly id: string } & (
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | ({ readonly type: 'exited' } & ContainerExit)
);

interface Running {
  readonly events: ContainerEvents;
  pid?: number;
}

/** Runs containers as processes of a shim, which ends them all when this process ends, in whatever way. */
export class ContainerRuntime {
  readonly #containers = new Map<string, Running>();
  readonly #files: readonly string[];
  #shim: ChildProcess | undefined;

  /** @param files files and folders to remove when all has ended, however this process ends */
  constructor(files: readonly string[]) {
    this.#files = files;
    this.#shim = this.#startShim();
  }

  /** Starts a container and returns its id, 64 hexadecimal digits. */
  run(container: ContainerProcess, events: ContainerEvents): string {
    const id = randomBytes(32).toString('hex');
    this.#containers.set(id, { events });
    this.#tell({ type: 'start', id, ...container });
    return id;
  }

  /** Sends `bytes` to a container's standard input, or with null ends that. */
  write(id: string, bytes: Buffer | null): void {
    if (this.#containers.has(id))
      this.#tell({ type: 'input', id, base64: bytes?.toString('base64') ?? null });
  }

  /** Sends a signal to a container: to all its processes if it is SIGKILL, else to the first. */
  signal(id: string, signal: NodeJS.Signals): void {
    if (this.#containers.has(id)) this.#tell({ type: 'signal', id, signal });
  }

  /** Kills every container and removes the files. Resolves when the containers and the shim have ended. */
  async stop(): Promise<void> {
    const shim = (this.#shim ??= this.#startShim());
    const ended = new Promise((resolve) => shim.once('exit', resolve));
    this.#containers.clear();
    shim.disconnect();
    await ended;
  }

  #tell(message: object): void {
    this.#shim ??= this.#startShim();
    this.#shim.send(message);
  }

  #startShim(): ChildProcess {
    const shim = fork(fileURLToPath(new URL('container-shim.mjs', import.meta.url)), this.#files, {
      detached: true,
      execArgv: [],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    shim.on('message', (message) => this.#hear(message as ShimMessage));
    shim.once('exit', () => this.#onShimEnded());
    return shim;
  }

  #hear(message: ShimMessage): void {
    const container = this.#containers.get(message.id);
    if (!container) return;
    switch (message.type) {
      case 'started':
        container.pid = message.pid;
        container.events.onStarted(message.pid);
        break;
      case 'output':
        container.events.onOutput(message.stream, message.text);
        break;
      case 'failed':
        this.#containers.delete(message.id);
        container.events.onFailed(message.message);
        break;
      case 'exited':
        this.#containers.delete(message.id);
        container.events.onExited(message);
        break;
    }
  }

  // Someone killed the shim: what it ran is ended too, as if the container runtime's own host had failed.
  #onShimEnded(): void {
    this.#shim = undefined;
    for (const [id, { events, pid }] of [...this.#containers]) {
      this.#containers.delete(id);
      if (pid === undefined) {
        events.onFailed('the container shim was killed');
        continue;
      }
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
      events.onExited({ exitCode: null, signal: 'SIGKILL' });
    }
  }
}
