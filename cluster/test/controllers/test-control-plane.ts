import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { Registry } from '../../api-server/registry.ts';
import { resources } from '../../api-server/resources.ts';
import { clientset } from '../../client/clientset.ts';
import type { Clientset } from '../../client/clientset.ts';
import { timestamp } from '../../api-server/timestamp.ts';
import type { Stored } from '../../client/resource-client.ts';
import { startControllers } from '../../controllers/controllers.ts';
import { until, untilAmong } from '../until.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';

export const namespace = 'default';

/** An API with its controllers, and one node on which pods become ready at once and end when told to. */
export class TestControlPlane {
  readonly api = new Registry();
  readonly clock = new FakeClock();
  readonly kube: Clientset = clientset(this.api);
  /** Whether a pod on the node becomes ready. */
  becomesReady: (pod: Pod) => boolean = () => true;
  readonly #stops: (() => void)[];
  #lastHost = 1;

  /** One whose namespace is ready for pods. */
  static async start(): Promise<TestControlPlane> {
    const plane = new TestControlPlane();
    await until(plane.kube.serviceAccounts, namespace, 'default', () => true);
    return plane;
  }

  private constructor() {
    this.kube.namespaces.create({ metadata: { name: namespace } });
    this.#registerNode();
    this.#stops = [
      startControllers({ api: this.api, clock: this.clock, kinds: resources, caPem: 'the CA' }),
      this.kube.pods.watch((type, pod) => {
        if (type !== 'DELETED' && pod.spec?.nodeName) setImmediate(() => this.#play(pod));
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Creates a deployment of pods with the label `app=web`. */
  deploy(name: string, spec: Partial<Deployment['spec']> = {}, image = 'web:1'): Stored<Deployment> {
    return this.kube.deployments.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: template(image),
        ...spec,
      },
    });
  }

  /** Changes the deployment as it is now. */
  change(name: string, change: (spec: NonNullable<Deployment['spec']>) => Partial<Deployment['spec']>): void {
    const deployment = this.kube.deployments.find(namespace, name);
    if (!deployment?.spec) throw new Error(`no deployment ${name}`);
    this.kube.deployments.update({ ...deployment, spec: { ...deployment.spec, ...change(deployment.spec) } });
  }

  /** The deployment as soon as its update is complete and seen. */
  rolledOut(name: string): Promise<Stored<Deployment>> {
    return until(this.kube.deployments, namespace, name, ({ metadata, spec, status }) => {
      const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
      const seen = status?.observedGeneration === metadata.generation;
      return seen && progressing?.reason === 'NewReplicaSetAvailable' && status?.replicas === spec?.replicas;
    });
  }

  /** The pods that are not being deleted, as soon as there are so many. */
  pods(count: number): Promise<Stored<Pod>[]> {
    return untilAmong(this.kube.pods, namespace, (pods) => {
      const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      return staying.length === count ? staying : undefined;
    });
  }

  #registerNode(): void {
    const node = this.kube.nodes.create({ metadata: { name: 'minikube' } });
    const conditions = [{ type: 'Ready', status: 'True' }];
    this.kube.nodes.updateStatus({ ...node, status: { conditions, allocatable: { pods: '20' } } });
  }

  /** Does as a kubelet would. */
  #play({ metadata }: Stored<Pod>): void {
    const pod = this.kube.pods.find(metadata.namespace ?? null, metadata.name);
    if (pod?.metadata.uid !== metadata.uid) return;
    if (pod.metadata.deletionTimestamp !== undefined) this.kube.pods.delete(pod, 0);
    else if (pod.status?.podIP === undefined) this.#start(pod);
  }

  #start(pod: Stored<Pod>): void {
    this.#lastHost += 1;
    const status = this.becomesReady(pod) ? 'True' : 'False';
    const ready = { type: 'Ready', status, lastTransitionTime: timestamp(this.clock.wall()) };
    const conditions = [...(pod.status?.conditions ?? []), ready];
    const podIP = `10.244.0.${this.#lastHost}`;
    this.kube.pods.updateStatus({ ...pod, status: { ...pod.status, phase: 'Running', podIP, conditions } });
  }
}

/** A template of pods with the label `app=web`, and a port named `http`. */
export function template(image: string): Pod & NonNullable<Deployment['spec']>['template'] {
  return {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
  };
}
