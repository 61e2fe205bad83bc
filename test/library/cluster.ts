import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedCluster, kubeconfigFor, nameOf, resources } from '../../cluster/index.ts';
import type { KubernetesObject, ObjectToWrite } from '../../cluster/index.ts';
import { holderIn, lockResources } from '../../local/lock.ts';

const namespace = 'default';
const serviceAccount = 'my-service';
const tokenLifetimeSeconds = 3600;

/** An embedded cluster with the README's objects, for programs that have their rights and no others. */
export class ClusterWithRights {
  /** Who held the Lease `my-service`, one after the other; `""` is nobody. */
  readonly holders: (string | null)[] = [];
  readonly #cluster: EmbeddedCluster;
  readonly #folder: string;

  private constructor(cluster: EmbeddedCluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
  }

  /** Starts one that keeps its files in this folder. */
  static async start(folder: string, rights: readonly ObjectToWrite[]): Promise<ClusterWithRights> {
    const onError = (error: Error) => {
      throw error;
    };
    const cluster = await EmbeddedCluster.start({
      folder: join(folder, 'kubelet'),
      // Its programs are none of the cluster's.
      resolveImage: () => undefined,
      onError,
    });
    for (const object of rights) cluster.api.create(resourceOf(object), namespace, object);
    const started = new ClusterWithRights(cluster, folder);
    cluster.api.watch(lockResources.leases, { namespace }, ({ object }) => started.#onLease(object));
    return started;
  }

  /** The variables by which a program finds its credentials in a kubeconfig. */
  async kubeconfigEnvironment(): Promise<NodeJS.ProcessEnv> {
    const { url, caCertificate } = this.#cluster.apiServer;
    const path = join(this.#folder, 'kubeconfig');
    const kubeconfig = { name: 'my-cluster', server: url, ca: caCertificate, token: this.#token() };
    await writeFile(path, kubeconfigFor(kubeconfig));
    return { KUBECONFIG: path };
  }

  /** The variables by which a program finds its credentials as in a pod. */
  async podEnvironment(): Promise<NodeJS.ProcessEnv> {
    const { url, caCertificate } = this.#cluster.apiServer;
    const volume = join(this.#folder, 'pod/var/run/secrets/kubernetes.io/serviceaccount');
    await mkdir(volume, { recursive: true });
    const files = { token: this.#token(), 'ca.crt': caCertificate, namespace };
    for (const [name, text] of Object.entries(files)) await writeFile(join(volume, name), text);
    return {
      CONTAINER_SANDBOX_MOUNT_POINT: join(this.#folder, 'pod'),
      KUBERNETES_SERVICE_HOST: new URL(url).hostname,
      KUBERNETES_SERVICE_PORT: new URL(url).port,
    };
  }

  /** The Lease `my-service` as it is now. */
  get lease(): KubernetesObject {
    return this.#cluster.api.get(lockResources.leases, namespace, 'my-service');
  }

  /** What Events say of it, in the order in which they happened. */
  get events(): readonly unknown[] {
    const { items } = this.#cluster.api.list({ group: '', resource: 'events' }, { namespace });
    return items.map((event) => event['message']);
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
  }

  #token(): string {
    return this.#cluster.apiServer.issueToken({ namespace, serviceAccount }, tokenLifetimeSeconds).token;
  }

  #onLease(lease: KubernetesObject): void {
    const holder = holderIn(lease);
    if (holder !== this.holders.at(-1)) this.holders.push(holder);
  }
}

function resourceOf({ kind }: ObjectToWrite) {
  const resource = resources.find((known) => known.kind === kind);
  if (resource === undefined) throw new Error(`the embedded cluster knows no ${String(kind)}`);
  return nameOf(resource);
}
