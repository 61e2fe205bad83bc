import type { EmbeddedCluster } from '../../embedded/cluster.ts';
import { clientset } from '../../embedded/client/clientset.ts';
import { namespace } from '../../embedded/example.ts';
import { electorPort, labels } from '../../infra/names.ts';

/** What an elector answered when it was asked who leads. */
export interface Answer {
  readonly name: string;
  readonly isLeader: boolean;
  readonly validForMs: number;
}

interface Claim {
  readonly pod: string;
  /** Until when, at least, the claim was good, in milliseconds of `performance.now()`. */
  readonly goodUntil: number;
}

const askAgainMs = 20;
const answerMs = 1000;

/** Asks the elector of a pod who leads; null where none answers. */
export async function ask(
  cluster: EmbeddedCluster,
  pod: string,
  signal?: AbortSignal,
): Promise<Answer | null> {
  const podIP = clientset(cluster.api).pods.find(namespace, pod)?.status?.podIP ?? '';
  const port = cluster.kubelet.network.resolve(podIP, electorPort);
  if (port === undefined) return null;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, signal ? { signal } : {});
    return (await response.json()) as Answer;
  } catch {
    return null;
  }
}

/** Asks all electors again and again, and notes where one claimed to lead while another's claim was still good. */
export class Claims {
  readonly #cluster: EmbeddedCluster;
  readonly #conflicts: string[] = [];
  #latest: Claim | null = null;
  #isOver = false;
  #count = 0;
  readonly #asking: Promise<void>;

  constructor(cluster: EmbeddedCluster) {
    this.#cluster = cluster;
    this.#asking = this.#askOn();
  }

  /** Ends the asking. Returns how many claims were heard, and those that contradicted another. */
  async end(): Promise<{ readonly count: number; readonly conflicts: readonly string[] }> {
    this.#isOver = true;
    await this.#asking;
    return { count: this.#count, conflicts: this.#conflicts };
  }

  async #askOn(): Promise<void> {
    while (!this.#isOver) {
      const pods = clientset(this.#cluster.api).pods.list({ namespace, labelSelector: `app=${labels.app}` });
      const pause = new Promise((resolve) => setTimeout(resolve, askAgainMs));
      // A frozen one keeps silent, and the others are not to be kept waiting for long.
      await Promise.all([pause, ...pods.map(({ metadata }) => this.#askOnce(metadata.name))]);
    }
  }

  async #askOnce(pod: string): Promise<void> {
    const askedAt = performance.now();
    const answer = await ask(this.#cluster, pod, AbortSignal.timeout(answerMs));
    if (!answer?.isLeader) return;
    const heardAt = performance.now();
    this.#count += 1;
    const other = this.#latest;
    if (other && other.pod !== pod && heardAt < other.goodUntil)
      this.#conflicts.push(`${pod} while ${other.pod} for ${Math.round(other.goodUntil - heardAt)} ms more`);
    this.#latest = { pod, goodUntil: askedAt + answer.validForMs };
  }
}
