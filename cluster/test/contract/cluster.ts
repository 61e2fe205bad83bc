import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'mocha';
import { ApiServer } from '../../api-server/api-server.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { nodeImage } from './objects.ts';
import { readKubeconfig } from '../../testing/kubeconfig.ts';

const realKubeconfig = process.env['CONTRACT_KUBECONFIG'];

/** The cluster that a suite of cases runs against, and a namespace of its own there. */
export interface ClusterUnderTest {
  /** Requests as the cluster's administrator. */
  readonly client: ApiClient;
  readonly kubeconfigPath: string;
  /** A namespace that is there for these cases alone; it has a service account `default`. */
  readonly namespace: string;
  /** A name for an object outside of namespaces; `path` is its resource's. It is removed after the cases. */
  clusterScopedName(path: string): string;
  /** Whether pods find Services by name: a real cluster may be a bare node, without the add-on for that. */
  hasDns(): Promise<boolean>;
}

interface Running {
  readonly kubeconfigPath: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded cluster before the cases of a `describe`, or takes the one that CONTRACT_KUBECONFIG names, and
 * removes everything afterwards. The fields of what it returns can be read from then on. `part` says what the cases need:
 * the API server alone, or controllers and a node too.
 */
export function useCluster(part: 'api' | 'controllers' = 'api'): ClusterUnderTest {
  const namespace = `contract-${randomBytes(4).toString('hex')}`;
  const clusterScoped: string[] = [];
  let running: Running | undefined;
  let client: ApiClient | undefined;

  before(async function startCluster() {
    running = realKubeconfig === undefined ? await startEmbedded[part]() : takeReal(realKubeconfig);
    client = new ApiClient(readKubeconfig(await readFile(running.kubeconfigPath, 'utf8')));
    await createNamespace(client, namespace);
  });

  after(async function stopCluster() {
    if (client) await removeEverything(client, namespace, clusterScoped);
    client?.close();
    await running?.stop();
  });

  return {
    namespace,
    get client() {
      return started(client);
    },
    get kubeconfigPath() {
      return started(running).kubeconfigPath;
    },
    clusterScopedName(path) {
      const name = `contract-${randomBytes(4).toString('hex')}`;
      clusterScoped.push(`${path}/${name}`);
      return name;
    },
    async hasDns() {
      if (realKubeconfig === undefined) return true;
      return (await started(client).get('/api/v1/namespaces/kube-system/services/kube-dns')).code === 200;
    },
  };
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the cluster is there from the first case on, not before');
  return value;
}

const takeReal = (kubeconfigPath: string): Running => ({ kubeconfigPath, stop: () => Promise.resolve() });

const startEmbedded = { api: startApiServer, controllers: startWholeCluster };

async function startApiServer(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const server = await ApiServer.create({
    async *read({ container }) {
      yield await Promise.resolve(`a line of ${container}`);
    },
  });
  await server.listen(0);
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, server.kubeconfig('contract'), { mode: 0o600 });
  return {
    kubeconfigPath,
    async stop() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function startWholeCluster(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const cluster = await EmbeddedCluster.start({
    folder: join(folder, 'kubelet'),
    resolveImage: (image) => (image === nodeImage ? { command: [], args: [process.execPath] } : undefined),
    onError: (error) => assert.fail(error),
  });
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, cluster.kubeconfig, { mode: 0o600 });
  return {
    kubeconfigPath,
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function createNamespace(client: ApiClient, name: string): Promise<void> {
  await client.created('/api/v1/namespaces', { metadata: { name } });
  // Where controllers run, one of them makes the service account, sooner or later.
  await client.post(`/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
}

/** Resources that the cases make objects of, in an order in which nothing is made again. */
const namespacedResources = [
  '/apis/apps/v1/namespaces/NAMESPACE/deployments',
  '/apis/apps/v1/namespaces/NAMESPACE/replicasets',
  '/api/v1/namespaces/NAMESPACE/pods',
  '/api/v1/namespaces/NAMESPACE/endpoints',
  '/api/v1/namespaces/NAMESPACE/configmaps',
  '/api/v1/namespaces/NAMESPACE/secrets',
  '/api/v1/namespaces/NAMESPACE/events',
  '/api/v1/namespaces/NAMESPACE/serviceaccounts',
  '/apis/coordination.k8s.io/v1/namespaces/NAMESPACE/leases',
  '/apis/discovery.k8s.io/v1/namespaces/NAMESPACE/endpointslices',
  '/apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies',
  '/apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/rolebindings',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles',
];

async function removeEverything(
  client: ApiClient,
  namespace: string,
  clusterScoped: string[],
): Promise<void> {
  for (const path of clusterScoped) await client.delete(path);
  for (const path of namespacedResources)
    await client.delete(`${path.replace('NAMESPACE', namespace)}?gracePeriodSeconds=0`);
  await removeServices(client, namespace);
  await client.delete(`/api/v1/namespaces/${namespace}`);
  // Without controllers, as with an API server alone, nobody else takes the last finalizer away.
  const finalized = { metadata: { name: namespace }, spec: { finalizers: [] } };
  await client.put(`/api/v1/namespaces/${namespace}/finalize`, finalized);
}

async function removeServices(client: ApiClient, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/services`;
  const { items } = (await client.get(path)).body as { items: { metadata: { name: string } }[] };
  for (const { metadata } of items) await client.delete(`${path}/${metadata.name}`);
}
