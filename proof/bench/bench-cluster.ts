import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '../../elector/src/kubernetes/credentials.ts';
import { EndpointsLock } from '../../elector/src/kubernetes/endpoints-lock.ts';
import { loadInClusterCredentials } from '../../elector/src/kubernetes/in-cluster-credentials.ts';
import { KubeClient } from '../../elector/src/kubernetes/kube-client.ts';
import { ForbiddenError, UnauthorizedError } from '../../elector/src/election/resource-lock.ts';
import { reachApiServer, startApiServer, type ApiServerUnderTest, type Endpoint } from './api-server.ts';
import { BenchNamespace, type Account } from './bench-namespace.ts';

const volumePath = 'var/run/secrets/kubernetes.io/serviceaccount';
const authorizationLookMs = 50;

/** What tells a process in a pod where its API server is; `CONTAINER_SANDBOX_MOUNT_POINT` stands before all paths of its volumes. */
type PodEnvironment = Readonly<
  Record<'CONTAINER_SANDBOX_MOUNT_POINT' | 'KUBERNETES_SERVICE_HOST' | 'KUBERNETES_SERVICE_PORT', string>
>;

/** An API server, and a namespace of its own in it for everything that is made there. */
export class BenchCluster {
  readonly api: ApiServerUnderTest;
  readonly #namespace: BenchNamespace;
  readonly #folder: string;

  private constructor(api: ApiServerUnderTest, folder: string) {
    this.api = api;
    this.#folder = folder;
    this.#namespace = new BenchNamespace(api.client);
  }

  /** On the cluster of this kubeconfig's current context, on an embedded API server where it is null. @throws UserError */
  static async start(kubeconfig: string | null): Promise<BenchCluster> {
    const api = kubeconfig === null ? await startApiServer() : await reachApiServer(kubeconfig);
    const cluster = new BenchCluster(api, await mkdtemp(join(tmpdir(), 'bench-')));
    try {
      await cluster.#namespace.create();
      await cluster.#authorized('watching');
      await cluster.#authorized('polling');
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  get namespace(): string {
    return this.#namespace.name;
  }

  /**
   * The environment in which a process finds the API server, and the token of an account, as in a pod. With another `endpoint` it is
   * led to that server.
   */
  async environment(account: Account, endpoint: Endpoint = this.api.endpoint): Promise<PodEnvironment> {
    const root = await mkdtemp(join(this.#folder, 'pod-'));
    const volume = join(root, volumePath);
    await mkdir(volume, { recursive: true });
    const token = await this.#namespace.token(account);
    const files = { token, 'ca.crt': endpoint.ca, namespace: this.namespace };
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(volume, name), text, { mode: 0o600 });
    }
    const { hostname, port } = new URL(endpoint.server);
    return {
      CONTAINER_SANDBOX_MOUNT_POINT: root,
      KUBERNETES_SERVICE_HOST: hostname.replace(/^\[|\]$/g, ''),
      KUBERNETES_SERVICE_PORT: port || '443',
    };
  }

  /** The credentials of an account, as a pod has them. */
  async credentials(account: Account): Promise<Credentials> {
    return loadInClusterCredentials(await this.environment(account));
  }

  /** The lock of an election, as `client` uses it; as the administrator where none is given. */
  lock(election: string, client: KubeClient = this.api.client): EndpointsLock {
    return new EndpointsLock({ client, namespace: this.namespace, name: election, owner: null });
  }

  /** Removes everything that was made. */
  async close(): Promise<void> {
    try {
      await this.#namespace.remove();
    } finally {
      await this.api.close();
      await rm(this.#folder, { recursive: true });
    }
  }

  /** Waits until the account and its role count: API servers learn of these a moment after they were made. */
  async #authorized(account: Account): Promise<void> {
    const credentials = await this.credentials(account);
    const client = new KubeClient({ credentials, requestTimeoutMs: 10_000 });
    for (;;) {
      try {
        await this.lock('authorized', client).get();
        break;
      } catch (error) {
        if (!(error instanceof ForbiddenError || error instanceof UnauthorizedError)) throw error;
        await pause(authorizationLookMs);
      }
    }
    client.close();
  }
}
