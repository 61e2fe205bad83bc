import type { LockKind } from '../base/lock-kinds.ts';
import { serviceName } from '../infra/names.ts';
import { projectConfig, projectName } from './engine/project-config.ts';
import { clusterName, EmbeddedCluster } from '../cluster/index.ts';
import type { KubernetesObject } from '../cluster/index.ts';
import { Engine } from './engine/engine.ts';
import { KubernetesProvider } from './engine/kubernetes-provider.ts';
import { imageNames, resolveImage } from './images.ts';
import { LeaderFaults } from './leader-faults.ts';
import { Leadership } from './leadership.ts';
import { isNodePort, pagePortFor, requireFree } from './page-port.ts';
import { StateFolder } from './state-folder.ts';

/** Where everything of the example is that has a namespace. */
export const namespace = 'default';
/** The election's name, as `Pulumi.yaml` has it. */
export const election = projectConfig()[`${projectName()}:election`] ?? '';

export interface ExampleOptions {
  readonly stateDir: string;
  /** The page's port on 127.0.0.1; null for a node port that is free, the same each time where it can be. */
  readonly port: number | null;
  /** Config keys that differ from `Pulumi.yaml`. */
  readonly config: {
    readonly replicas: string;
    readonly ttlSeconds: string;
    readonly lock: LockKind;
    readonly leaderService?: 'true';
  };
}

/** What is told while the example starts, runs and ends. */
export interface ExampleEvents {
  onMade(object: KubernetesObject): void;
  onDeleted(object: KubernetesObject): void;
  /** The example cannot go on. */
  onError(error: Error): void;
}

// On a busy machine pods take their time to end; who has none presses Ctrl-C again.
const leaveMs = 20_000;

/** The whole example on an embedded cluster of its own. */
export class Example {
  readonly cluster: EmbeddedCluster;
  readonly leadership: Leadership;
  readonly faults: LeaderFaults;
  readonly #state: StateFolder;
  readonly #engine: Engine;
  readonly #provider: KubernetesProvider;
  readonly options: ExampleOptions;
  readonly #events: ExampleEvents;
  #url = '';

  /**
   * Starts a cluster. `up` puts the example on it.
   * @param signal aborts the start
   * @throws UserError where the folder or the port cannot be used, or the signal's reason; nothing is left behind then
   */
  static async start(
    options: ExampleOptions,
    events: ExampleEvents,
    engine = new Engine(),
    signal = new AbortController().signal,
  ): Promise<Example> {
    const undo: (() => void | Promise<void>)[] = [() => engine.stop()];
    try {
      const state = await StateFolder.claim(options.stateDir, { signal });
      undo.unshift(() => state.release());
      if (options.port !== null) await requireFree(options.port);
      signal.throwIfAborted();
      const cluster = await EmbeddedCluster.start({
        folder: state.kubeletFolder,
        resolveImage,
        imageNames,
        removeAtEnd: state.files,
        onError: (error) => events.onError(error),
      });
      undo.unshift(() => cluster.stop());
      signal.throwIfAborted();
      state.writeKubeconfig(cluster.kubeconfig);
      return new Example(options, events, state, engine, cluster);
    } catch (error) {
      for (const act of undo) await act();
      throw error;
    }
  }

  private constructor(
    options: ExampleOptions,
    events: ExampleEvents,
    state: StateFolder,
    engine: Engine,
    cluster: EmbeddedCluster,
  ) {
    this.options = options;
    this.#events = events;
    this.#state = state;
    this.#engine = engine;
    this.#provider = new KubernetesProvider(cluster.api);
    this.cluster = cluster;
    this.leadership = new Leadership(cluster.api, options.config.lock, namespace, election);
    this.faults = new LeaderFaults(cluster, this.leadership, namespace);
  }

  /** The page, once `up` has returned. */
  get url(): string {
    return this.#url;
  }

  get kubeconfigPath(): string {
    return this.#state.kubeconfig;
  }

  /** Runs `index.ts`; returns when all pods are ready. @throws UserError */
  async up(): Promise<void> {
    const { port, config } = this.options;
    const nodePort = port !== null && isNodePort(port) ? port : await pagePortFor(this.#state.path);
    const outputs = await this.#engine.up(
      this.#provider,
      this.kubeconfigPath,
      { ...config, context: clusterName, images: 'none', nodePort: String(nodePort) },
      (object) => this.#events.onMade(object),
    );
    if (port === null || port === nodePort) {
      this.#url = String(outputs['url']);
      return;
    }
    const exposed = await this.cluster.serviceProxy.expose(namespace, serviceName, 'http', port);
    this.#url = `http://127.0.0.1:${exposed}`;
  }

  /** Deletes the example's objects; after 20 seconds, who is still there is left to be killed by `stop`. */
  async down(): Promise<void> {
    // Who is frozen cannot be told to end.
    this.faults.thaw();
    await this.#engine.stop();
    let cancel: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (cancel = setTimeout(resolve, leaveMs)));
    const destroyed = this.#engine.destroy(this.#provider, (object) => this.#events.onDeleted(object));
    await Promise.race([destroyed, patience]);
    clearTimeout(cancel);
  }

  /** Ends every process and removes all files. */
  async stop(): Promise<void> {
    this.leadership.stop();
    await this.#engine.stop();
    await this.cluster.stop();
    this.#state.release();
  }
}
