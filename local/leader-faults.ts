import { clientset } from '../cluster/index.ts';
import type { EmbeddedCluster } from '../cluster/index.ts';
import type { Leadership } from './leadership.ts';

/** What can befall the leader, on purpose. Each does nothing, and returns null, while there is no leader to be found. */
export class LeaderFaults {
  readonly #cluster: EmbeddedCluster;
  readonly #leadership: Leadership;
  readonly #namespace: string;
  #frozen: string | null = null;

  constructor(cluster: EmbeddedCluster, leadership: Leadership, namespace: string) {
    this.#cluster = cluster;
    this.#leadership = leadership;
    this.#namespace = namespace;
  }

  /** Deletes the leader's pod, as `kubectl delete pod` does. Returns its name. */
  delete(): string | null {
    const { pods } = clientset(this.#cluster.api);
    const pod = pods.find(this.#namespace, this.#leadership.leader ?? '');
    if (!pod) return null;
    pods.delete(pod);
    return pod.metadata.name;
  }

  /** Ends the elector and the app of the leader with SIGKILL. Returns the pod's name. */
  crash(): string | null {
    const leader = this.#leadership.leader ?? '';
    return this.#signal(leader, 'SIGKILL') > 0 ? leader : null;
  }

  /** Stops the elector and the app of the leader with SIGSTOP; the API sees nothing of it. Returns the pod's name. */
  freeze(): string | null {
    const pod = this.#leadership.leader ?? '';
    if (this.#signal(pod, 'SIGSTOP') === 0) return null;
    this.#frozen = pod;
    this.#leadership.leaderWasFrozen();
    return pod;
  }

  /** The pod that is frozen. */
  get frozen(): string | null {
    return this.#frozen;
  }

  /** Lets the frozen pod go on. Returns its name. */
  thaw(): string | null {
    const pod = this.#frozen;
    if (pod === null) return null;
    this.#frozen = null;
    if (this.#leadership.leader === pod) this.#leadership.leaderWasThawed();
    this.#signal(pod, 'SIGCONT');
    return pod;
  }

  /** Returns how many processes it was sent to. */
  #signal(pod: string, signal: NodeJS.Signals): number {
    const processes = this.#cluster.kubelet.processes(this.#namespace, pod);
    for (const { pid } of processes) process.kill(pid, signal);
    return processes.length;
  }
}
