import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectionStatus } from '../../../src/election/election-status.ts';
import { metadataOf } from '../../../src/kubernetes/kube-object.ts';
import { FakeApiServer, isWatch, method, refuse } from '../../kubernetes/api-server.ts';
import { holderWritten } from '../../kubernetes/lock-writes.ts';
import { startElector, urlOf } from '../elector-process.ts';
import { leadership, TestCluster } from '../test-cluster.ts';
import { endChildren } from '../../../../base/testing/child.ts';
import { eventually } from '../../../../base/testing/eventually.ts';

describe('The elector as a process', () => {
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());

  it('leads, and answers', async () => {
    const elector = await cluster.elect('a', '1h');
    const status = await leadership(elector);
    assert.equal(status.name, 'a');
    assert.match(status.fencingToken ?? '', /^\d+$/);
    assert.ok(status.validForMs > 0 && status.validForMs <= 2_400_000);
    const url = await urlOf(elector);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.match(
      await (await fetch(`${url}/metrics`)).text(),
      /^leader_election_master_status\{name="example"\} 1$/m,
    );
    assert.equal(cluster.holder, 'a');
  });

  it('leads by a lease where it is told so', async () => {
    await leadership(await cluster.elect('a', '1h', '--lock=leases', '--election-namespace=apps'));
    const { spec } = cluster.api.objects.get(
      '/apis/coordination.k8s.io/v1/namespaces/apps/leases/example',
    ).body;
    assert.equal((spec as Record<string, unknown>)['holderIdentity'], 'a');
  });

  it('is told by /events that it leads, without a question', async () => {
    cluster.api.fault(method('POST'), refuse(500, 'InternalError'));
    const response = await fetch(`${await urlOf(await cluster.elect('a', '10s'))}/events`);
    const events: ElectionStatus[] = [];
    assert.ok(response.body);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      const text = new TextDecoder().decode(chunk);
      for (const [, json = ''] of text.matchAll(/^data: (.*)$/gm))
        events.push(JSON.parse(json) as ElectionStatus);
      if (events.at(-1)?.isLeader) break;
    }
    assert.equal(events[0]?.isLeader, false);
  });

  it('finds the API server by a kubeconfig', async () => {
    const api = await FakeApiServer.start();
    try {
      const kubeconfig = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'apps' } }],
        clusters: [{ name: 'test', cluster: { server: api.url } }],
        users: [{ name: 'test', user: {} }],
      };
      const KUBECONFIG = join(cluster.folder, 'kubeconfig');
      await writeFile(KUBECONFIG, JSON.stringify(kubeconfig));
      startElector(['--election=example', '--id=a'], { KUBECONFIG });
      const path = '/api/v1/namespaces/apps/endpoints/example';
      await eventually('a lock', () => holderWritten(api.objects.get(path).body) === 'a');
    } finally {
      await endChildren();
      await api.close();
    }
  });

  it("makes its service account the lock's owner, so that it is removed with it", async () => {
    await cluster.elect('a', '1h');
    await cluster.heldBy('a');
    const owner = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      name: 'leader-elector',
      uid: 'service-account-uid',
    };
    assert.deepEqual(metadataOf(cluster.lock)['ownerReferences'], [owner]);
  });

  it('makes nobody the owner of a lock in another namespace than its own: the lock would be deleted', async () => {
    await cluster.elect('a', '1h', '--election-namespace=apps');
    const lock = () => cluster.api.objects.get('/api/v1/namespaces/apps/endpoints/example').body;
    await eventually('a lock', () => holderWritten(lock()) === 'a');
    assert.equal(metadataOf(lock())['ownerReferences'], undefined);
  });

  it('reads every retryPeriod where watching is forbidden, and says so once', async () => {
    cluster.api.fault(isWatch, refuse(403, 'Forbidden', 'no watch for you'), Infinity);
    const elector = await cluster.elect('a', '6s');
    await elector.line(/watching is forbidden/);
    for (let read = 1; read <= 3; read += 1) await cluster.api.nextRequest(method('GET'));
    await cluster.heldBy('a');
    const said = elector.lines.filter((line) => line.includes('watching is forbidden'));
    assert.equal(said.length, 1, elector.lines.join('\n'));
    assert.match(said[0] ?? '', /no watch for you/);
  });
});
