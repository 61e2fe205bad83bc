import type { Pod } from 'kubernetes-types/core/v1.js';
import { clientset } from '../../cluster/index.ts';
import type { Stored } from '../../cluster/index.ts';
import { Example, namespace } from '../../local/example.ts';
import { durationsOf } from '../../elector/src/election/leader-election-config.ts';
import type { Durations } from '../../elector/src/election/leader-election-config.ts';
import { electorName } from '../../infra/names.ts';
import { ApiLink } from './api-link.ts';
import type { ChaosCluster, EndFault, ChaosFault } from './chaos-cluster.ts';
import { EmbeddedLock } from './embedded-lock.ts';
import { electionPods, ExampleElectors } from '../observation/example-electors.ts';
import { chaosFaultKinds } from './chaos-faults.ts';
import type { ElectorPod } from '../observation/electors.ts';
import type { Recording } from '../observation/recording.ts';
import { LinkFaults } from './link-faults.ts';
import type { LinkFault } from './link-faults.ts';

// The shortest lease there may be, so that many faults fit into a few minutes.
const config = { replicas: '3', ttlSeconds: '3', lock: 'endpoints' } as const;

interface PodLink {
  readonly faults: LinkFaults;
  readonly link: Promise<ApiLink>;
}

/** The example on an embedded cluster of its own, whose pods each reach the API server through a link that can be disturbed. */
export class EmbeddedChaosCluster implements ChaosCluster {
  readonly durations: Durations;
  readonly replicas: number;
  readonly possible = chaosFaultKinds;
  readonly whyNotAll = null;
  readonly #example: Example;
  readonly #electors: ExampleElectors;
  readonly #lock: EmbeddedLock;
  readonly #recording: Recording;
  readonly #apiFaults = new LinkFaults();
  readonly #links = new Map<string, PodLink>();
  readonly #endWatch: () => void;

  /** Starts a cluster that keeps its files in `stateDir`, and puts the example on it. */
  static async start(
    stateDir: string,
    recording: Recording,
    onError: (error: Error) => void,
  ): Promise<EmbeddedChaosCluster> {
    const nothing = () => undefined;
    const events = { onMade: nothing, onDeleted: nothing, onError };
    const example = await Example.start({ stateDir, port: null, config }, events);
    const cluster = new EmbeddedChaosCluster(example, recording);
    try {
      await example.up();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** `example`: one that has been started but not put up yet, so that its pods can be told their way to the API server. */
  constructor(example: Example, recording: Recording) {
    const { ttlSeconds, replicas, lock } = example.options.config;
    this.durations = durationsOf({ leaseDuration: Number(ttlSeconds) });
    this.replicas = Number(replicas);
    this.#example = example;
    this.#electors = new ExampleElectors(example.cluster);
    this.#lock = new EmbeddedLock(example.cluster.api, lock);
    this.#recording = recording;
    // From now on a pod reaches the API server by its own link, or not at all.
    this.#network.conceal('127.0.0.1', this.#apiServerPort);
    this.#endWatch = this.#clientset.pods.watch((type, pod) => this.#onPod(type, pod), electionPods);
  }

  pods(): ElectorPod[] {
    return this.#electors.pods();
  }

  electorPort(pod: string): number | null {
    return this.#electors.electorPort(pod);
  }

  async inject({ kind, pod, latencyMs }: ChaosFault): Promise<EndFault | null> {
    switch (kind) {
      case 'elector killed':
        return this.#signal(this.#pids(pod, 'elector'), 'SIGKILL');
      case 'elector and app killed':
        this.#recording.appEnded(pod ?? '', false);
        return this.#signal(this.#pids(pod, 'both'), 'SIGKILL');
      case 'pod deleted':
        return this.#deletePod(pod ?? '');
      case 'elector frozen':
        return this.#freeze(pod, 'elector');
      case 'elector and app frozen':
        return this.#freeze(pod, 'both');
      case 'partition, refusing':
        return this.#disturb(this.#links.get(pod ?? '')?.faults, { kind: 'broken' });
      case 'partition, silent':
        return this.#disturb(this.#links.get(pod ?? '')?.faults, { kind: 'silent' });
      case 'API server down':
        await this.#example.cluster.apiServer.close();
        return () => this.#example.cluster.apiServer.listen();
      case 'API server silent':
        return this.#disturb(this.#apiFaults, { kind: 'silent' });
      case 'API server slow':
        return this.#disturb(this.#apiFaults, { kind: 'slow', latencyMs });
      case 'lock deleted':
        return this.#lock.delete() ? over : null;
      case 'record deleted':
        return this.#lock.deleteRecord() ? over : null;
    }
  }

  /** Stops the example too. */
  async stop(): Promise<void> {
    this.#endWatch();
    for (const { link } of this.#links.values()) (await link).close();
    await this.#example.stop();
  }

  get #network() {
    return this.#example.cluster.kubelet.network;
  }

  get #clientset() {
    return clientset(this.#example.cluster.api);
  }

  get #apiServerPort(): number {
    return Number(new URL(this.#example.cluster.apiServer.url).port);
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', { metadata, status }: Stored<Pod>): void {
    const existing = this.#links.get(metadata.name);
    if (type === 'DELETED') {
      this.#links.delete(metadata.name);
      void existing?.link.then((link) => link.close());
    } else if (existing === undefined && status?.podIP !== undefined) {
      const faults = new LinkFaults();
      this.#links.set(metadata.name, {
        faults,
        link: this.#openLink(metadata.name, status.podIP, faults),
      });
    }
  }

  async #openLink(pod: string, podIP: string, faults: LinkFaults): Promise<ApiLink> {
    const link = await ApiLink.open(this.#apiServerPort, [faults, this.#apiFaults]);
    // A pod that is gone by now has given its address back.
    if (this.#links.has(pod)) this.#network.expose(podIP, this.#apiServerPort, link.port);
    return link;
  }

  #pids(pod: string | null, which: 'elector' | 'both'): number[] {
    return this.#example.cluster.kubelet
      .processes(namespace, pod ?? '')
      .filter(({ container }) => which === 'both' || container === electorName)
      .map(({ pid }) => pid);
  }

  #signal(pids: readonly number[], signal: NodeJS.Signals): EndFault | null {
    for (const pid of pids) process.kill(pid, signal);
    return pids.length === 0 ? null : over;
  }

  #freeze(pod: string | null, which: 'elector' | 'both'): EndFault | null {
    const frozen = this.#pids(pod, which);
    if (this.#signal(frozen, 'SIGSTOP') === null) return null;
    return () => {
      // Who has been killed meanwhile may have left its pid to another.
      const left = this.#pids(pod, 'both').filter((pid) => frozen.includes(pid));
      this.#signal(left, 'SIGCONT');
      return Promise.resolve();
    };
  }

  #disturb(faults: LinkFaults | undefined, fault: LinkFault): EndFault | null {
    const end = faults?.inject(fault);
    if (end === undefined) return null;
    return () => {
      end();
      return Promise.resolve();
    };
  }

  #deletePod(name: string): EndFault | null {
    const { pods } = this.#clientset;
    const pod = pods.find(namespace, name);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return null;
    this.#recording.appEnded(name, true);
    pods.delete(pod);
    return over;
  }
}

const over: EndFault = () => Promise.resolve();
