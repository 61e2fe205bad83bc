import { clientset, isReady } from '../../cluster/index.ts';
import type { EmbeddedCluster } from '../../cluster/index.ts';
import { namespace } from '../../local/example.ts';
import { electorPort, labels } from '../../infra/names.ts';
import type { ElectorPod, Electors } from './electors.ts';

/** Which pods are the election's. */
export const electionPods = { namespace, labelSelector: `app=${labels.app}` };

/** The electors of the example on an embedded cluster. */
export class ExampleElectors implements Electors {
  readonly #cluster: EmbeddedCluster;

  constructor(cluster: EmbeddedCluster) {
    this.#cluster = cluster;
  }

  pods(): ElectorPod[] {
    return this.#pods.list(electionPods).map((pod) => ({
      name: pod.metadata.name,
      isReady: isReady(pod),
      isTerminating: pod.metadata.deletionTimestamp !== undefined,
    }));
  }

  electorPort(pod: string): number | null {
    const podIP = this.#pods.find(namespace, pod)?.status?.podIP;
    return podIP === undefined ? null : (this.#cluster.kubelet.network.resolve(podIP, electorPort) ?? null);
  }

  get #pods() {
    return clientset(this.#cluster.api).pods;
  }
}
