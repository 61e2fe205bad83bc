import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EndpointsLock } from '../../src/kubernetes/endpoints-lock.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { loadKubeconfigCredentials } from '../../src/kubernetes/kubeconfig-credentials.ts';
import { metadataOf } from '../../src/kubernetes/kube-object.ts';
import { LeaseLock } from '../../src/kubernetes/lease-lock.ts';
import { ConflictError, ExpiredError, ForbiddenError } from '../../src/election/resource-lock.ts';
import { answer, FakeApiServer, isWatch, method, refuse } from './api-server.ts';
import { plainCredentials } from './plain-credentials.ts';
import { describeLock, held, notNull, record, type LockSite } from './lock-contract.ts';

const kinds = {
  EndpointsLock: { Lock: EndpointsLock, group: '/api/v1', resource: 'endpoints' },
  LeaseLock: { Lock: LeaseLock, group: '/apis/coordination.k8s.io/v1', resource: 'leases' },
};

function describeBothLocks(site: () => LockSite): void {
  for (const [name, { Lock, group, resource }] of Object.entries(kinds)) {
    describe(name, () => {
      describeLock(
        site,
        () => (options) => new Lock({ ...options, client: site().client, namespace: site().namespace }),
        () => `${group}/namespaces/${site().namespace}/${resource}`,
      );
    });
  }
}

describe('locks on a stand-in API server', () => {
  let server: FakeApiServer;
  let client: KubeClient;
  const owner = { name: 'leader-elector', uid: 'sa-uid' };

  before(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ credentials: plainCredentials(server.url), requestTimeoutMs: 10_000 });
  });
  after(async () => {
    client.close();
    await server.close();
  });
  afterEach(() => server.heal());

  describeBothLocks(() => ({ client, namespace: 'default', owner }));

  const path = '/api/v1/namespaces/default/endpoints/example';
  const endpointsLock = (lockOwner: typeof owner | null = null) =>
    new EndpointsLock({ client, namespace: 'default', name: 'example', owner: lockOwner });
  const store = (fields: object) =>
    server.objects.post(path.slice(0, path.lastIndexOf('/')), {
      apiVersion: 'v1',
      kind: 'Endpoints',
      ...fields,
    });
  const stored = () => server.objects.get(path).body;
  afterEach(() => void server.objects.delete(path));

  it('say where they are', () => {
    assert.equal(endpointsLock().describe(), 'endpoints default/example');
    const lease = new LeaseLock({ client, namespace: 'kube-system', name: 'a', owner: null });
    assert.equal(lease.describe(), 'leases kube-system/a');
  });

  it('write the annotation as the original sidecar does', async () => {
    await endpointsLock().create(held);
    assert.equal(
      (metadataOf(stored())['annotations'] as Record<string, string>)[
        'control-plane.alpha.kubernetes.io/leader'
      ],
      '{"holderIdentity":"leader-elector-1","leaseDurationSeconds":10,"acquireTime":"2020-03-26T16:42:37Z","renewTime":"2020-03-26T16:49:32Z","leaderTransitions":3}',
    );
  });

  it('keep the fields of others: the subsets of Endpoints, a strategy in the spec of a Lease', async () => {
    const subsets = [{ addresses: [{ ip: '10.244.0.7' }], ports: [{ port: 80 }] }];
    store({ metadata: { name: 'example' }, subsets });
    const lock = endpointsLock();
    await lock.update(await notNull(lock.get()), held);
    assert.deepEqual(stored()['subsets'], subsets);

    const lease = new LeaseLock({ client, namespace: 'default', name: 'kept', owner: null });
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const spec = { strategy: 'OldestEmulationVersion' };
    server.objects.post(leases, { kind: 'Lease', metadata: { name: 'kept' }, spec });
    await lease.update(await notNull(lease.get()), held);
    assert.deepEqual(server.objects.get(`${leases}/kept`).body['spec'], {
      strategy: 'OldestEmulationVersion',
      holderIdentity: 'leader-elector-1',
      leaseDurationSeconds: 10,
      acquireTime: '2020-03-26T16:42:37.000000Z',
      renewTime: '2020-03-26T16:49:32.000000Z',
      leaseTransitions: 3,
    });
  });

  it('refuse to update an object that another lock read', async () => {
    const created = await endpointsLock().create(held);
    await assert.rejects(
      endpointsLock().update(created, held),
      /endpoints default\/example: .* did not read/,
    );
  });

  it('replace an owner with a stale uid, and keep the references of others', async () => {
    const foreign = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'leader-elector', uid: 'd' };
    const stale = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      name: owner.name,
      uid: 'old',
      controller: true,
    };
    store({ metadata: { name: 'example', ownerReferences: [stale, foreign] } });
    const lock = endpointsLock(owner);
    await lock.update(await notNull(lock.get()), held);
    const own = { apiVersion: 'v1', kind: 'ServiceAccount', name: owner.name, uid: owner.uid };
    assert.deepEqual(metadataOf(stored())['ownerReferences'], [foreign, own]);
  });

  it('are created with their owner', async () => {
    await endpointsLock(owner).create(held);
    const own = { apiVersion: 'v1', kind: 'ServiceAccount', name: owner.name, uid: owner.uid };
    assert.deepEqual(metadataOf(stored())['ownerReferences'], [own]);
  });

  it('send the uid and the resourceVersion that were read with each update (rule 1)', async () => {
    const lock = endpointsLock();
    const created = await lock.create(held);
    const put = server.nextRequest(method('PUT'));
    await lock.update(created, held);
    const { uid, resourceVersion } = metadataOf((await put).body ?? {});
    assert.deepEqual(
      { uid, resourceVersion },
      { uid: created.uid, resourceVersion: created.resourceVersion },
    );
  });

  it('take an update that finds nothing for a conflict', async () => {
    const lock = endpointsLock();
    const created = await lock.create(held);
    server.fault(method('PUT'), refuse(404, 'NotFound'));
    await assert.rejects(lock.update(created, held), ConflictError);
  });

  const object = { kind: 'Endpoints', metadata: { name: 'example', uid: 'u', resourceVersion: '7' } };
  const wrong: [string, object, RegExp][] = [
    ['another kind', { ...object, kind: 'Service' }, /"Service" kind/],
    ['another name', { ...object, metadata: { ...object.metadata, name: 'x' } }, /"x" metadata\.name/],
    ['no uid', { ...object, metadata: { ...object.metadata, uid: undefined } }, /no metadata\.uid/],
    [
      'a resourceVersion that is no number',
      { ...object, metadata: { ...object.metadata, resourceVersion: 'x1' } },
      /"x1" metadata\.resourceVersion/,
    ],
    ['no metadata', { kind: 'Endpoints' }, /no metadata\.name/],
  ];
  for (const [what, body, problem] of wrong) {
    it(`refuse an answer with ${what}`, async () => {
      server.fault(method('GET'), answer(200, JSON.stringify(body)));
      await assert.rejects(endpointsLock().get(), (error: Error) => {
        assert.match(error.message, /^endpoints default\/example: /);
        assert.match(error.message, problem);
        return true;
      });
    });
  }

  it('read a record that is not one as unreadable', async () => {
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': 'me' };
    store({ metadata: { name: 'example', annotations } });
    assert.deepEqual((await endpointsLock().get())?.reading, {
      kind: 'unreadable',
      problem: '"me" is not a JSON object',
    });
  });

  it('watch for five minutes at a time, since a server looks at rights only when a watch begins', async () => {
    const asked = server.nextRequest(isWatch);
    server.fault(isWatch, refuse(403, 'Forbidden'));
    await assert.rejects(watch('7'), ForbiddenError);
    assert.match((await asked).path, /&timeoutSeconds=300(&|$)/);
  });

  it('report the bookmarks of a watch', async () => {
    const created = await endpointsLock().create(held);
    const stop = new AbortController();
    const opened = server.nextRequest(isWatch).then(() => server.sendBookmark());
    for await (const event of endpointsLock().watch(created.resourceVersion, stop.signal)) {
      assert.deepEqual(event, { type: 'bookmark', resourceVersion: String(server.objects.resourceVersion) });
      stop.abort();
    }
    await opened;
  });

  const watch = async (resourceVersion: string) => {
    for await (const event of endpointsLock().watch(resourceVersion, new AbortController().signal)) {
      assert.fail(event.type);
    }
  };

  it('say that the resourceVersion to watch from is too old', async () => {
    const created = await endpointsLock().create(held);
    store({ metadata: { name: 'another' } });
    server.compact();
    await assert.rejects(watch(created.resourceVersion), ExpiredError);
    server.fault(isWatch, refuse(410, 'Expired'));
    await assert.rejects(watch('999'), ExpiredError);
  });

  it('record no Event, and do not ask again, where the role does not allow it', async () => {
    const lock = endpointsLock();
    await lock.create(held);
    const isEvent = ({ path }: { path: string }) => path === '/api/v1/namespaces/default/events';
    server.fault(isEvent, refuse(403, 'Forbidden'));
    await lock.recordEvent('pod-a', 'became leader');
    server.heal();
    await lock.recordEvent('pod-a', 'stopped leading');
    assert.equal(server.objects.present().filter(({ object }) => object['kind'] === 'Event').length, 0);
  });

  it('record no Event where they are told not to, or have not seen the object', async () => {
    const options = { client, namespace: 'default', name: 'example', owner: null };
    await endpointsLock().recordEvent('pod-a', 'became leader');
    const lock = new EndpointsLock({ ...options, recordsEvents: false });
    await lock.create(held);
    await lock.recordEvent('pod-a', 'became leader');
    assert.equal(server.objects.present().filter(({ object }) => object['kind'] === 'Event').length, 0);
  });

  it('say that watching is forbidden', async () => {
    server.fault(isWatch, refuse(403, 'Forbidden', 'endpoints "example" is forbidden'));
    await assert.rejects(watch('7'), (error: Error) => {
      assert.ok(error instanceof ForbiddenError);
      assert.match(
        error.message,
        /^GET http:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/default\/endpoints\?watch=1.*: 403 Forbidden: endpoints "example" is forbidden$/,
      );
      return true;
    });
  });

  it('report what others wrote meanwhile', async () => {
    const created = await endpointsLock().create(held);
    const current = stored();
    server.objects.put(path, { ...current, metadata: { ...metadataOf(current), labels: { a: 'b' } } });
    const stop = new AbortController();
    for await (const event of endpointsLock().watch(created.resourceVersion, stop.signal)) {
      assert.deepEqual(event.type === 'changed' && event.object.reading, { kind: 'record', record });
      stop.abort();
    }
  });
});

const kubeconfig = process.env['CONTRACT_KUBECONFIG'];
(kubeconfig === undefined ? describe.skip : describe)('locks on the cluster of CONTRACT_KUBECONFIG', () => {
  const namespace = `elector-locks-${randomUUID().slice(0, 8)}`;
  let client: KubeClient;
  let owner = { name: 'leader-elector', uid: '' };

  before(async () => {
    const credentials = loadKubeconfigCredentials((kubeconfig ?? '').split(':'));
    client = new KubeClient({ credentials, requestTimeoutMs: 10_000 });
    await client.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const account = await client.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: owner.name },
    });
    owner = { ...owner, uid: String(metadataOf(account)['uid']) };
  });
  after(async () => {
    await client.request('DELETE', `/api/v1/namespaces/${namespace}`);
    client.close();
  });

  describeBothLocks(() => ({ client, namespace, owner }));
});
