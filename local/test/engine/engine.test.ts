import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientset, EmbeddedCluster } from '../../../cluster/index.ts';
import type { KubernetesObject } from '../../../cluster/index.ts';
import { Engine } from '../../engine/engine.ts';
import { KubernetesProvider } from '../../engine/kubernetes-provider.ts';
import { UserError } from '../../../base/user-error.ts';
import { resolveImage } from '../../images.ts';

describe('The engine', function () {
  this.timeout(60_000);
  let folder: string;
  let cluster: EmbeddedCluster;
  let provider: KubernetesProvider;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'));
    cluster = await EmbeddedCluster.start({
      folder: join(folder, 'kubelet'),
      resolveImage,
      onError: (error) => assert.fail(error),
    });
    provider = new KubernetesProvider(cluster.api);
    await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
  });

  after(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function up(config: Record<string, string>, made: KubernetesObject[] = [], engine = new Engine()) {
    const all = { images: 'none', replicas: '1', ttlSeconds: '3', ...config };
    return engine.up(provider, join(folder, 'kubeconfig'), all, (object) => made.push(object));
  }

  it('reports an object that cannot be made, by its name', async () => {
    await assert.rejects(
      up({ namespace: 'nowhere' }),
      (error) =>
        error instanceof UserError &&
        // The first one that is asked for; which that is, Pulumi's promises decide.
        /^\w+ "leader-elector[-\w]*": namespaces "nowhere" not found$/.test(error.message),
    );
  });

  it('reports that the process of the program has ended before it was to run', async () => {
    const engine = new Engine();
    await engine.stop();
    await assert.rejects(up({}, [], engine), /^UserError: the process of index\.ts ended$/);
  });

  it('reports what the program says is wrong', async () => {
    await assert.rejects(
      up({ lock: 'configmaps' }),
      (error) => error instanceof UserError && /^the configuration is wrong:\n- lock is/.test(error.message),
    );
  });

  it('makes what the program declares, changes it when run again, and deletes it in reverse order', async () => {
    const { deployments, services } = clientset(cluster.api);
    const made: KubernetesObject[] = [];
    const engine = new Engine();
    const outputs = await up({}, made, engine);
    const { nodePort } = services.find('default', 'leader-elector-service')?.spec?.ports?.[0] ?? {};
    assert.equal(outputs['url'], `http://127.0.0.1:${nodePort ?? 'none'}`);
    assert.equal(deployments.find('default', 'leader-elector')?.status?.availableReplicas, 1);

    await up({ replicas: '2' });
    assert.equal(deployments.find('default', 'leader-elector')?.status?.availableReplicas, 2);

    const deleted: string[] = [];
    await engine.destroy(provider, ({ kind }) => deleted.push(kind));
    assert.deepEqual(deleted, made.map(({ kind }) => kind).reverse());
    assert.deepEqual(clientset(cluster.api).pods.list(), []);
  });
});
