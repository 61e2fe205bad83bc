import type { PodList } from 'kubernetes-types/core/v1.js';
import { electorName } from '../../infra/names.ts';
import { selector, type DeployedExample } from '../observation/deployed-example.ts';

const patience = '--timeout=180s';

/** The example's Deployment, as `kubectl` changes and awaits it. */
export class ExampleDeployment {
  readonly #example: DeployedExample;

  constructor(example: DeployedExample) {
    this.#example = example;
  }

  /** Restarts each pod. Resolves once all are new and the old ones are gone. */
  async restart(): Promise<void> {
    const old = await this.#pods();
    await this.#run('rollout', 'restart', `deployment/${electorName}`);
    await this.ready();
    await this.#run('wait', '--for=delete', ...old, patience);
  }

  /** Resolves once there are as many ready pods as there should be, and no others. */
  async ready(): Promise<void> {
    const { replicas } = this.#example;
    await this.#run('rollout', 'status', `deployment/${electorName}`, patience);
    await this.#run(
      'wait',
      `--for=jsonpath={.status.replicas}=${replicas}`,
      `deployment/${electorName}`,
      patience,
    );
  }

  async #pods(): Promise<string[]> {
    const { kubectl, namespace } = this.#example;
    const { items } = (await kubectl.json('get', 'pods', `--namespace=${namespace}`, selector)) as PodList;
    return items.map(({ metadata }) => `pod/${metadata?.name ?? ''}`);
  }

  async #run(...args: string[]): Promise<void> {
    const { kubectl, namespace } = this.#example;
    await kubectl.run(`--namespace=${namespace}`, ...args);
  }
}
