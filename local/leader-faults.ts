import { clientset } from '../cluster/index.ts';
import type { EmbeddedCluster } from '../cluster/index.ts';
import { ElectorQuestion } from './elector-question.ts';
import type { Leadership } from './leadership.ts';

/** What can befall the leader, on purpose. Each does nothing, and returns null, while there is no leader to be found. */
export class LeaderFaults {
  readonly #cluster: EmbeddedCluster;
  readonly #leadership: Leadership;
  readonly #namespace: string;

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
    return this.#harmLeader('SIGKILL', 'killed');
  }

  /** Stops the elector and the app of the leader with SIGSTOP; the API sees nothing of it. Returns the pod's name. */
  freeze(): string | null {
    return this.#harmLeader('SIGSTOP', 'frozen');
  }

  /** The pod that is frozen. */
  get frozen(): string | null {
    return this.#leadership.story.frozen?.pod ?? null;
  }

  /** Lets the frozen pod go on. Returns its name. */
  thaw(): string | null {
    const pod = this.frozen;
    if (pod === null) return null;
    this.#leadership.tell({ type: 'thawed', pod });
    this.#signal(pod, 'SIGCONT');
    return pod;
  }

  /**
   * Asks the frozen pod whether it leads, lets it go on, and returns whether it said so: the first thing that it says. Null where no pod is
   * frozen. Rejects where it does not answer.
   */
  async askAndThaw(): Promise<boolean | null> {
    const pod = this.frozen;
    if (pod === null) return null;
    const asked = ElectorQuestion.ask(this.#cluster, this.#namespace, pod);
    try {
      await asked;
    } finally {
      this.thaw();
    }
    const isLeader = await (await asked).answer();
    this.#leadership.tell({ type: 'answered', pod, isLeader });
    return isLeader;
  }

  #harmLeader(signal: NodeJS.Signals, type: 'killed' | 'frozen'): string | null {
    const pod = this.#leadership.leader ?? '';
    if (this.#signal(pod, signal) === 0) return null;
    this.#leadership.tell({ type, pod });
    return pod;
  }

  /** Returns how many processes it was sent to. */
  #signal(pod: string, signal: NodeJS.Signals): number {
    const processes = this.#cluster.kubelet.processes(this.#namespace, pod);
    for (const { pid } of processes) process.kill(pid, signal);
    return processes.length;
  }
}
