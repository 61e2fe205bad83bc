import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment, DeploymentList } from 'kubernetes-types/apps/v1.js';
import type { PodList } from 'kubernetes-types/core/v1.js';
import { StartError } from '../../embedded/start-error.ts';
import { parseFlags } from '../../elector/src/flags.ts';
import type { Flags } from '../../elector/src/flags.ts';
import { durationsOf } from '../../elector/src/leader-election-config.ts';
import type { Durations } from '../../elector/src/leader-election-config.ts';
import { leaderAnnotation } from '../../elector/src/leader-election-record.ts';
import { electorName, electorPort, labels } from '../../infra/names.ts';
import type { ChaosCluster, ChaosPod, EndFault, Fault } from './chaos-cluster.ts';
import type { FaultKind } from './fault-kinds.ts';
import { Kubectl } from './kubectl.ts';
import { UsageError } from './options.ts';
import { PortForwards } from './port-forwards.ts';
import type { Recording } from './recording.ts';

const selector = `--selector=app=${labels.app}`;
const lookAgainMs = 300;
// Without its holder alone, a record would be one that was released.
const emptySpec = JSON.stringify([{ op: 'replace', path: '/spec', value: {} }]);

/** The example where it was deployed, with what kubectl can do to it. */
export class KubectlChaosCluster implements ChaosCluster {
  readonly durations: Durations;
  readonly replicas: number;
  readonly possible: readonly FaultKind[] = ['pod deleted', 'lock deleted', 'record deleted'];
  readonly whyNotAll =
    'no process is killed or frozen, since the first process of a container cannot be from within its pod; ' +
    'and no pod is cut off from the API server, nor the API server disturbed, since what lies between them is not ours';
  readonly #kubectl: Kubectl;
  readonly #namespace: string;
  readonly #flags: Flags;
  readonly #recording: Recording;
  readonly #forwards: PortForwards;
  readonly #onError: (error: Error) => void;
  readonly #deleted = new Set<string>();
  readonly #following: Promise<void>;
  #pods: readonly ChaosPod[] = [];
  #isOver = false;

  /**
   * Finds the example in a context.
   * @throws UsageError where there is no such context, StartError where the example is not there
   */
  static async find(
    context: string,
    recording: Recording,
    onError: (error: Error) => void,
  ): Promise<KubectlChaosCluster> {
    const contexts = await Kubectl.contexts();
    if (!contexts.includes(context)) {
      const known = contexts.length === 0 ? 'there is none' : `there are ${contexts.join(', ')}`;
      throw new UsageError(
        `--context is ${JSON.stringify(context)}; it must be in the kubeconfig, where ${known}`,
      );
    }
    const kubectl = new Kubectl(context);
    const found = await kubectl.json('get', 'deployments', '--all-namespaces', selector);
    const [deployment] = (found as DeploymentList).items;
    if (deployment === undefined)
      throw new StartError(`the example is not in the context ${context}. Next: npm run up`);
    return new KubectlChaosCluster(kubectl, deployment, recording, onError);
  }

  private constructor(
    kubectl: Kubectl,
    { metadata, spec }: Deployment,
    recording: Recording,
    onError: (error: Error) => void,
  ) {
    const { initContainers = [], containers = [] } = spec?.template.spec ?? {};
    const elector = [...initContainers, ...containers].find(({ name }) => name === electorName);
    const flags = parseFlags(elector?.args ?? [], {});
    if (flags === null)
      throw new StartError('the elector of the example is not told which election it is in');
    this.#flags = flags;
    this.durations = durationsOf({ leaseDuration: flags.ttlSeconds });
    this.replicas = spec?.replicas ?? 1;
    this.#kubectl = kubectl;
    this.#namespace = metadata?.namespace ?? 'default';
    this.#recording = recording;
    this.#onError = onError;
    this.#forwards = new PortForwards(kubectl, this.#namespace, electorPort);
    this.#following = this.#followPods();
  }

  pods(): readonly ChaosPod[] {
    return this.#pods;
  }

  electorPort(pod: string): number | null {
    return this.#forwards.port(pod);
  }

  async begin({ kind, pod }: Fault): Promise<EndFault | null> {
    switch (kind) {
      case 'pod deleted':
        return this.#deletePod(pod ?? '');
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
    const found = await this.#kubectl.json('get', 'pods', `--namespace=${this.#namespace}`, selector);
    const pods = (found as PodList).items;
    this.#pods = pods.map(({ metadata, status }) => ({
      name: metadata?.name ?? '',
      isReady: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
      isTerminating: metadata?.deletionTimestamp !== undefined || this.#deleted.has(metadata?.name ?? ''),
    }));
    const running = pods.filter(({ status }) => status?.phase === 'Running');
    this.#forwards.forwardTo(running.map(({ metadata }) => metadata?.name ?? ''));
  }

  async #deletePod(pod: string): Promise<EndFault | null> {
    if (this.#deleted.has(pod)) return null;
    this.#deleted.add(pod);
    this.#pods = this.#pods.map((each) => (each.name === pod ? { ...each, isTerminating: true } : each));
    this.#recording.appEnded(pod, true);
    return this.#done('delete', 'pod', pod, `--namespace=${this.#namespace}`, '--wait=false');
  }

  /** Does a command to each object that holds the lock. */
  async #changeLocks(command: (lock: string) => string[]): Promise<EndFault | null> {
    const { lock, election, electionNamespace } = this.#flags;
    const kinds = { endpoints: ['endpoints'], leases: ['leases'], endpointsleases: ['endpoints', 'leases'] }[
      lock
    ];
    const namespace = `--namespace=${electionNamespace ?? this.#namespace}`;
    const done = await Promise.all(
      kinds.map((kind) => this.#done(...command(`${kind}/${election}`), namespace)),
    );
    return done.find((end) => end !== null) ?? null;
  }

  async #done(...args: string[]): Promise<EndFault | null> {
    try {
      await this.#kubectl.run(...args);
      return () => Promise.resolve();
    } catch (error) {
      if (error instanceof Error && error.message.includes('(NotFound)')) return null;
      throw error;
    }
  }
}
