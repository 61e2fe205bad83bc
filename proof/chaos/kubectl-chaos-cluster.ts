import { durationsOf } from '../../elector/src/election/leader-election-config.ts';
import type { Durations } from '../../elector/src/election/leader-election-config.ts';
import { leaderAnnotation } from '../../elector/src/election/leader-election-record.ts';
import { kindsOf } from '../../base/lock-kinds.ts';
import type { ChaosCluster, EndFault, ChaosFault } from './chaos-cluster.ts';
import type { DeployedExample } from '../observation/deployed-example.ts';
import type { ChaosFaultKind } from './chaos-faults.ts';
import { KubectlElectors } from '../observation/kubectl-electors.ts';
import type { ElectorPod } from '../observation/electors.ts';
import type { Recording } from '../observation/recording.ts';

// Without its holder alone, a record would be one that was released.
const emptySpec = JSON.stringify([{ op: 'replace', path: '/spec', value: {} }]);

/** The example where it was deployed, with what kubectl can do to it. */
export class KubectlChaosCluster implements ChaosCluster {
  readonly durations: Durations;
  readonly replicas: number;
  readonly possible: readonly ChaosFaultKind[] = ['pod deleted', 'lock deleted', 'record deleted'];
  readonly whyNotAll =
    'no process is killed or frozen, since the first process of a container cannot be from within its pod; ' +
    'and no pod is cut off from the API server, nor the API server disturbed, since what lies between them is not ours';
  readonly #example: DeployedExample;
  readonly #electors: KubectlElectors;
  readonly #recording: Recording;

  constructor(example: DeployedExample, recording: Recording, onError: (error: Error) => void) {
    this.durations = durationsOf({ leaseDuration: example.flags.ttlSeconds });
    this.replicas = example.replicas;
    this.#example = example;
    this.#electors = new KubectlElectors(example, onError);
    this.#recording = recording;
  }

  pods(): readonly ElectorPod[] {
    return this.#electors.pods();
  }

  electorPort(pod: string): number | null {
    return this.#electors.electorPort(pod);
  }

  async inject({ kind, pod }: ChaosFault): Promise<EndFault | null> {
    const hadEffect = await this.#do(kind, pod ?? '');
    return hadEffect ? () => Promise.resolve() : null;
  }

  stop(): Promise<void> {
    return this.#electors.stop();
  }

  async #do(kind: ChaosFaultKind, pod: string): Promise<boolean> {
    switch (kind) {
      case 'pod deleted':
        return this.#deletePod(pod);
      case 'lock deleted':
        return this.#changeLocks((lock) => ['delete', lock, '--wait=false']);
      case 'record deleted':
        return this.#changeLocks((lock) =>
          lock.startsWith('endpoints/')
            ? ['annotate', lock, `${leaderAnnotation}-`]
            : ['patch', lock, '--type=json', `--patch=${emptySpec}`],
        );
      default:
        throw new Error(`"${kind}" cannot be done by kubectl`);
    }
  }

  async #deletePod(pod: string): Promise<boolean> {
    if (this.pods().some(({ name, isTerminating }) => name === pod && isTerminating)) return false;
    this.#recording.appEnded(pod, true);
    return this.#electors.deletePod(pod);
  }

  /** Does a command to each object that holds the lock. Returns whether any of them was there. */
  async #changeLocks(command: (lock: string) => string[]): Promise<boolean> {
    const { kubectl, namespace, flags } = this.#example;
    const where = `--namespace=${flags.electionNamespace ?? namespace}`;
    const locks = kindsOf(flags.lock)
      .split(',')
      .map((kind) => `${kind}/${flags.election}`);
    const found = await Promise.all(locks.map((lock) => kubectl.change(...command(lock), where)));
    return found.includes(true);
  }
}
