import { setTimeout as sleep } from 'node:timers/promises';
import type { PodList } from 'kubernetes-types/core/v1.js';
import { isReady } from '../../cluster/index.ts';
import { electorPort } from '../../infra/names.ts';
import { selector } from './deployed-example.ts';
import type { DeployedExample } from './deployed-example.ts';
import type { ElectorPod, Electors } from './electors.ts';
import { PortForwards } from './port-forwards.ts';

const lookAgainMs = 300;

/** The electors of the example where it was deployed, each reached by `kubectl port-forward`. */
export class KubectlElectors implements Electors {
  readonly #example: DeployedExample;
  readonly #forwards: PortForwards;
  readonly #onError: (error: Error) => void;
  readonly #deleted = new Set<string>();
  readonly #following: Promise<void>;
  #pods: readonly ElectorPod[] = [];
  #isOver = false;

  /** `onError`: its pods cannot be followed any more. */
  constructor(example: DeployedExample, onError: (error: Error) => void) {
    this.#example = example;
    this.#onError = onError;
    this.#forwards = new PortForwards(example.kubectl, example.namespace, electorPort);
    this.#following = this.#followPods();
  }

  pods(): readonly ElectorPod[] {
    return this.#pods;
  }

  electorPort(pod: string): number | null {
    return this.#forwards.port(pod);
  }

  /** Deletes a pod. Returns false where it is gone. */
  async deletePod(pod: string): Promise<boolean> {
    this.#deleted.add(pod);
    this.#pods = this.#pods.map((each) => (each.name === pod ? { ...each, isTerminating: true } : each));
    const { kubectl, namespace } = this.#example;
    return kubectl.change('delete', 'pod', pod, `--namespace=${namespace}`, '--wait=false');
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#following;
    this.#forwards.forwardTo([]);
  }

  async #followPods(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#lookAtPods();
      } catch (error) {
        this.#onError(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      await sleep(lookAgainMs);
    }
  }

  async #lookAtPods(): Promise<void> {
    const { kubectl, namespace } = this.#example;
    const found = await kubectl.json('get', 'pods', `--namespace=${namespace}`, selector);
    const pods = (found as PodList).items;
    this.#pods = pods.map((pod) => {
      const { name = '', deletionTimestamp } = pod.metadata ?? {};
      const isTerminating = deletionTimestamp !== undefined || this.#deleted.has(name);
      return { name, isReady: isReady(pod), isTerminating };
    });
    const running = pods.filter(({ status }) => status?.phase === 'Running');
    this.#forwards.forwardTo(running.map(({ metadata }) => metadata?.name ?? ''));
  }
}
