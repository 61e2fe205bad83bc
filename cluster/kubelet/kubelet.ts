import fs from 'node:fs';
import path from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Api } from '../api-server/api.ts';
import type { PodLogs } from '../api-server/pod-logs.ts';
import type { PodProcesses } from '../api-server/pod-processes.ts';
import { clientset } from '../client/clientset.ts';
import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import { eventRecorder } from '../client/event-recorder.ts';
import type { Stored } from '../client/resource-client.ts';
import { containerLogs } from './container-logs.ts';
import { ContainerRuntime } from './container-runtime.ts';
import type { KubeletContext, ResolveImage } from './kubelet-context.ts';
import { describeNode } from './node.ts';
import { PodNetwork, nodeAddress } from './pod-network.ts';
import { podProcesses } from './pod-processes.ts';
import { PodWorker } from './pod-worker.ts';
import type { IssueToken } from './volumes.ts';

export interface KubeletOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** The name that this machine has as a node. */
  readonly nodeName: string;
  /** A folder for the pods' files, made and removed by the kubelet. */
  readonly folder: string;
  /** Files and folders of others to remove when all has ended, however this process ends. */
  readonly removeAtEnd?: readonly string[];
  /** The address of the API server, for pods. */
  readonly apiServer: { readonly host: string; readonly port: number };
  readonly resolveImage: ResolveImage;
  /** The images that there are, for people; left out: not told. */
  readonly imageNames?: readonly string[];
  readonly issueToken: IssueToken;
}

/** A running container, for whoever wants to send it a signal. */
export interface ContainerPid {
  readonly container: string;
  readonly pid: number;
}

/** Runs the pods of one node as processes of this machine. */
export class Kubelet {
  /** What the containers wrote. */
  readonly logs: PodLogs;
  /** What else can be reached of them. */
  readonly podProcesses: PodProcesses;
  /** Where the pods listen. */
  readonly network: PodNetwork;
  readonly #nodeName: string;
  readonly #context: KubeletContext;
  readonly #workers = new Map<string, PodWorker>();
  readonly #endWatch: () => void;

  /** Registers the node and begins to run its pods. @throws Error where the folder cannot be made */
  constructor({
    api,
    clock,
    nodeName,
    folder,
    removeAtEnd = [],
    imageNames = [],
    ...injected
  }: KubeletOptions) {
    this.#nodeName = nodeName;
    const podsFolder = makeFolder(folder, 'pods');
    this.network = new PodNetwork(makeFolder(folder, 'network'));
    for (const address of [injected.apiServer.host, nodeAddress])
      this.network.expose(address, injected.apiServer.port);
    this.#context = {
      kube: clientset(api),
      clock,
      runtime: new ContainerRuntime([folder, ...removeAtEnd]),
      network: this.network,
      recordEvent: eventRecorder(api, clock, 'kubelet', nodeName),
      podsFolder,
      imageNames,
      ...injected,
    };
    this.logs = containerLogs(clock, (namespace, pod) => this.#findWorker(namespace, pod)?.containers);
    this.podProcesses = podProcesses(this.#context.runtime, this.network, ({ namespace, pod }) =>
      this.#findWorker(namespace, pod),
    );
    this.#registerNode(this.#context.kube);
    this.#endWatch = this.#context.kube.pods.watch((type, pod) => this.#onPod(type, pod), {
      fieldSelector: `spec.nodeName=${nodeName}`,
    });
  }

  /** The processes of a pod's running containers, in the pod's order; none for a pod that it does not run. */
  processes(namespace: string, pod: string): ContainerPid[] {
    return (this.#findWorker(namespace, pod)?.containers ?? []).flatMap(({ spec, run }) =>
      run?.pid === undefined ? [] : [{ container: spec.name, pid: run.pid }],
    );
  }

  /** Kills every container and removes the folder. Resolves when no process is left. */
  async stop(): Promise<void> {
    this.#endWatch();
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
    await this.#context.runtime.stop();
  }

  #registerNode({ nodes }: Clientset): void {
    const node = describeNode(this.#nodeName, this.#context.clock.wall());
    const existing = nodes.find(null, this.#nodeName);
    const registered = existing ?? nodes.create(node);
    if (node.status) nodes.updateStatus({ ...registered, status: node.status });
  }

  #onPod(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Stored<Pod>): void {
    const worker = this.#workers.get(pod.metadata.uid);
    if (type === 'DELETED') worker?.forget(pod);
    else if (worker) worker.update(pod);
    else this.#add(pod);
  }

  #add(pod: Stored<Pod>): void {
    const { uid } = pod.metadata;
    const onStopped = () => this.#workers.delete(uid);
    try {
      this.#workers.set(uid, new PodWorker(this.#context, pod, onStopped));
    } catch (error) {
      const message = `Failed to create pod sandbox: ${error instanceof Error ? error.message : String(error)}`;
      const subject = { apiVersion: 'v1', kind: 'Pod', object: pod };
      this.#context.recordEvent(subject, 'Warning', 'FailedCreatePodSandBox', message);
    }
  }

  #findWorker(namespace: string, name: string): PodWorker | undefined {
    const workers = [...this.#workers.values()].filter(
      ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
    );
    // A pod that was deleted by force may still be stopping beside one that took its name.
    return workers.at(-1);
  }
}

function makeFolder(...segments: string[]): string {
  const folder = path.join(...segments);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
