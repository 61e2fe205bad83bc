import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Container, Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { Registry } from '../../api-server/registry.ts';
import { clientset } from '../../client/clientset.ts';
import type { Clientset } from '../../client/clientset.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Stored } from '../../client/resource-client.ts';
import { Kubelet } from '../../kubelet/kubelet.ts';
import type { TokenRequest } from '../../kubelet/volumes.ts';
import { until, untilAmong } from '../until.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';

export const namespace = 'default';

/** An API with a kubelet, whose images are JavaScript: the image's name is the program. */
export class TestNode<C extends Clock = FakeClock> {
  readonly clock: C;
  readonly kube: Clientset;
  readonly kubelet: Kubelet;
  /** The tokens that were asked for. */
  readonly tokenRequests: (TokenRequest & { lifetimeSeconds: number })[] = [];
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubelet-'));

  constructor(clock: C, apiServerPort = 1) {
    const api = new Registry();
    this.clock = clock;
    this.kube = clientset(api);
    furnish(this.kube);
    this.kubelet = new Kubelet({
      api,
      clock,
      nodeName: 'minikube',
      folder: path.join(this.#folder, 'kubelet'),
      apiServer: { host: '127.0.0.1', port: apiServerPort },
      resolveImage: (image) =>
        image === 'missing' ? undefined : { command: [process.execPath, '-e', image] },
      issueToken: (request, lifetimeSeconds) => {
        this.tokenRequests.push({ ...request, lifetimeSeconds });
        return `token ${this.tokenRequests.length}`;
      },
    });
  }

  /** Creates a pod on the node. */
  run(
    name: string,
    spec: Partial<PodSpec> & { containers: Container[] },
    metadata: Pod['metadata'] = {},
  ): Stored<Pod> {
    return this.kube.pods.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name, namespace },
      spec: { nodeName: 'minikube', ...spec },
    });
  }

  /** The pod as soon as it fulfils the condition. */
  pod(name: string, condition: (pod: Stored<Pod>) => boolean): Promise<Stored<Pod>> {
    return until(this.kube.pods, namespace, name, condition);
  }

  /** What a container has logged so far. */
  log(pod: string, container: string, previous = false): Promise<string[]> {
    return collect(this.#read(pod, container, { previous, follow: false }));
  }

  /** A container's log up to the first line that matches, as soon as that is written. */
  async logged(pod: string, container: string, pattern: RegExp): Promise<string[]> {
    await this.pod(pod, (found) => hasStarted(found, container));
    const lines: string[] = [];
    for await (const line of this.#read(pod, container, { previous: false, follow: true })) {
      lines.push(line);
      if (pattern.test(line)) return lines;
    }
    throw new Error(`the log of ${container} ended without ${String(pattern)}:\n${lines.join('\n')}`);
  }

  /** The messages of the events of that reason, as soon as there are `count` of them, counted ones included. */
  recorded(reason: string, count = 1): Promise<(string | undefined)[]> {
    return untilAmong(this.kube.events, namespace, (events) => {
      const found = events.filter((event) => event.reason === reason);
      const total = found.reduce((sum, event) => sum + (event.count ?? 1), 0);
      return total >= count ? found.map(({ message }) => message) : undefined;
    });
  }

  /** The port of 127.0.0.1 behind a pod's port, as soon as the pod listens. */
  listening(podIP: string, port: number): Promise<number> {
    const { network } = this.kubelet;
    return new Promise((resolve) => {
      const look = () => {
        const found = network.resolve(podIP, port);
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const end = network.watch(podIP, look);
      look();
    });
  }

  #read(pod: string, container: string, options: { previous: boolean; follow: boolean }) {
    const all = { namespace, pod, container, timestamps: false, ...options };
    return this.kubelet.logs.read(all, new AbortController().signal);
  }

  async stop(): Promise<void> {
    await this.kubelet.stop();
    fs.rmSync(this.#folder, { recursive: true });
  }
}

function hasStarted({ status }: Pod, container: string): boolean {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.some(({ name, containerID }) => name === container && containerID !== undefined);
}

function furnish(kube: Clientset): void {
  const metadata = { namespace };
  kube.namespaces.create({ metadata: { name: namespace } });
  kube.serviceAccounts.create({ metadata: { ...metadata, name: 'default' } });
  kube.configMaps.create({
    metadata: { ...metadata, name: 'kube-root-ca.crt' },
    data: { 'ca.crt': 'the CA' },
  });
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const line of lines) collected.push(line);
  return collected;
}
