import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../../cluster/index.ts';
import type { KubernetesProvider } from './kubernetes-provider.ts';
import { UserError } from '../../base/user-error.ts';
import type { EngineMessage, Outputs, ProgramMessage, ResourceRequest, ResourceResult } from './messages.ts';

// Only ES modules are compiled: looking at each of Pulumi's own files as well would take most of a second, and reading their source
// maps, which tsx turns on, a quarter of one.
const loader = [
  '--import',
  'tsx/esm',
  '--import',
  'data:text/javascript,process.setSourceMapsEnabled(false)',
];

/**
 * Does for `index.ts` what Pulumi's engine does, for one run on the embedded cluster: makes what it declares, and
 * deletes it again. The program runs in a process of its own, which ends with this one.
 */
export class Engine {
  readonly #program: ChildProcess;
  readonly #made: KubernetesObject[] = [];
  /** Called with each line that the program writes, such as a warning; they go to stderr unless it is set. */
  onLine: (line: string) => void = (line) => console.error(line);

  /** Starts the program's process, which loads Pulumi while the cluster may yet be starting. */
  constructor() {
    this.#program = fork(fileURLToPath(new URL('program.ts', import.meta.url)), {
      execArgv: loader,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const input of [this.#program.stdout, this.#program.stderr])
      if (input !== null) createInterface({ input }).on('line', (line) => this.onLine(line));
  }

  /**
   * Runs the program: makes each object that it declares once those before it exist, and calls `onMade` with it.
   * @param kubeconfig the path of the cluster's kubeconfig
   * @param config the keys that differ from `Pulumi.yaml`
   * @returns what the program exports. @throws UserError
   */
  async up(
    provider: KubernetesProvider,
    kubeconfig: string,
    config: Readonly<Record<string, string>>,
    onMade: (object: KubernetesObject) => void,
  ): Promise<Outputs> {
    try {
      return await new Promise<Outputs>((resolve, reject) => {
        const onClose = () => reject(new UserError('the process of index.ts ended'));
        this.#program.once('error', reject);
        // Once all is read that it has written: that tells why.
        this.#program.once('close', onClose);
        if (this.#hasEnded) onClose();
        this.#program.on('message', (message: ProgramMessage) => {
          if (message.type === 'done') resolve(message.outputs);
          else if (message.type === 'failed') reject(new UserError(message.message));
          else this.#make(provider, message.number, message.request, onMade).catch(reject);
        });
        this.#tell({ type: 'run', kubeconfig, config });
      });
    } finally {
      await this.stop();
    }
  }

  /** Deletes what was made, in reverse order, and calls `onDeleted` with each object once it is gone. */
  async destroy(provider: KubernetesProvider, onDeleted: (object: KubernetesObject) => void): Promise<void> {
    for (let object = this.#made.pop(); object !== undefined; object = this.#made.pop()) {
      await provider.delete(object);
      onDeleted(object);
    }
  }

  /** Ends the program's process. What it still asked for is not made. */
  async stop(): Promise<void> {
    this.#program.removeAllListeners('message');
    if (this.#hasEnded) return;
    const ended = once(this.#program, 'exit');
    this.#program.kill('SIGKILL');
    await ended;
  }

  get #hasEnded(): boolean {
    return this.#program.exitCode !== null || this.#program.signalCode !== null;
  }

  async #make(
    provider: KubernetesProvider,
    number: number,
    request: ResourceRequest,
    onMade: (object: KubernetesObject) => void,
  ): Promise<void> {
    this.#tell({ type: 'made', number, result: await this.#result(provider, request, onMade) });
  }

  async #result(
    provider: KubernetesProvider,
    request: ResourceRequest,
    onMade: (object: KubernetesObject) => void,
  ): Promise<ResourceResult> {
    // Components and providers make nothing by themselves.
    if (!request.type.startsWith('kubernetes:')) return { id: request.name, state: request.inputs };
    const object = request.id === undefined ? provider.apply(request) : provider.read(request, request.id);
    if (request.id === undefined) {
      this.#made.push(object);
      onMade(object);
    }
    return { id: idOf(object), state: await provider.settled(object) };
  }

  #tell(message: EngineMessage): void {
    if (this.#program.connected) this.#program.send(message);
  }
}

function idOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
