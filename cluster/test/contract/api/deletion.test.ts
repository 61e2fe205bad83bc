import assert from 'node:assert/strict';
import type { ApiObject } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import {
  configMapsPath,
  deploymentsPath,
  emptyDeployment,
  endpointsPath,
  idlePod,
  podsPath,
  servicesPath,
} from '../objects.ts';

describe('deletion', () => {
  const cluster = useCluster();
  const createPod = (name: string, spec: object = {}) =>
    cluster.client.created(podsPath(cluster.namespace), idlePod(name, spec));
  const podOnNode = (name: string) => createPod(name, { nodeName: 'contract-no-such-node' });
  const codeOf = async (path: string) => (await cluster.client.get(path)).code;

  it('answers with a Status that names what is gone', async () => {
    const path = endpointsPath(cluster.namespace, 'plain');
    const { metadata } = await cluster.client.created(endpointsPath(cluster.namespace), {
      metadata: { name: 'plain' },
    });
    const { code, body } = await cluster.client.delete(path);
    assert.equal(code, 200);
    const details = { name: 'plain', kind: 'endpoints', uid: metadata.uid };
    assert.deepEqual(body, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
    assert.equal(await codeOf(path), 404);
  });

  it('answers with the object where that is a service', async () => {
    const path = servicesPath(cluster.namespace);
    await cluster.client.created(path, { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    assert.equal((await cluster.client.delete(`${path}/web`)).body['kind'], 'Service');
  });

  it('of what does not exist is a 404', async () => {
    const { code, body } = await cluster.client.delete(deploymentsPath(cluster.namespace, 'none'));
    assert.equal(code, 404);
    assert.equal(body['message'], 'deployments.apps "none" not found');
    assert.deepEqual(body['details'], { name: 'none', group: 'apps', kind: 'deployments' });
  });

  it('holds to its preconditions', async () => {
    const path = endpointsPath(cluster.namespace, 'guarded');
    const { metadata } = await cluster.client.created(endpointsPath(cluster.namespace), {
      metadata: { name: 'guarded' },
    });
    const byUid = await cluster.client.delete(path, { preconditions: { uid: 'another' } });
    assert.equal(byUid.code, 409);
    assert.equal(
      byUid.body['message'],
      'Operation cannot be fulfilled on Endpoints "guarded": the UID in the precondition (another) does not match ' +
        `the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
    const byVersion = await cluster.client.delete(path, { preconditions: { resourceVersion: '1' } });
    assert.equal(byVersion.code, 409);
    assert.equal((await cluster.client.delete(path, { preconditions: { uid: metadata.uid } })).code, 200);
  });

  it('gives a pod on a node its grace period, and removes it with a period of 0', async () => {
    const pod = await podOnNode('graceful');
    const path = podsPath(cluster.namespace, 'graceful');
    const { code, body } = await cluster.client.delete(path);
    assert.equal(code, 200);
    const { metadata } = body as ApiObject;
    assert.equal(metadata.uid, pod.metadata.uid);
    assert.equal(metadata['deletionGracePeriodSeconds'], 30);
    const until =
      Date.parse(String(metadata['deletionTimestamp'])) - Date.parse(String(metadata['creationTimestamp']));
    assert.ok(until >= 29_000 && until <= 60_000, `deleted ${until} ms after its creation`);
    assert.equal(await codeOf(path), 200);
    assert.equal((await cluster.client.delete(`${path}?gracePeriodSeconds=0`)).code, 200);
    assert.equal(await codeOf(path), 404);
  });

  it('gives a pod the grace period that it is asked for', async () => {
    await podOnNode('patient');
    const path = podsPath(cluster.namespace, 'patient');
    const { body } = await cluster.client.delete(path, { gracePeriodSeconds: 5 });
    assert.equal((body as ApiObject).metadata['deletionGracePeriodSeconds'], 5);
    const longer = await cluster.client.delete(path, { gracePeriodSeconds: 50 });
    assert.equal((longer.body as ApiObject).metadata['deletionGracePeriodSeconds'], 5);
    const shorter = await cluster.client.delete(path, { gracePeriodSeconds: 2 });
    assert.equal((shorter.body as ApiObject).metadata['deletionGracePeriodSeconds'], 2);
  });

  it('removes a pod without a node at once', async () => {
    await createPod('unscheduled');
    const path = podsPath(cluster.namespace, 'unscheduled');
    assert.equal((await cluster.client.delete(path)).body['kind'], 'Pod');
    assert.equal(await codeOf(path), 404);
  });

  it('waits for finalizers, and ends with the last one', async () => {
    const path = configMapsPath(cluster.namespace, 'finalized');
    await cluster.client.created(configMapsPath(cluster.namespace), {
      metadata: { name: 'finalized', finalizers: ['example.com/wait'] },
    });
    const { body } = await cluster.client.delete(path);
    assert.ok((body as ApiObject).metadata['deletionTimestamp']);
    assert.equal(await codeOf(path), 200);
    assert.equal((await cluster.client.patch(path, 'merge', { metadata: { finalizers: null } })).code, 200);
    assert.equal(await codeOf(path), 404);
  });

  it('in the foreground and with orphans leaves a finalizer for the garbage collector', async () => {
    const path = deploymentsPath(cluster.namespace);
    await cluster.client.created(path, emptyDeployment('owner'));
    for (const [propagationPolicy, finalizer] of [
      ['Foreground', 'foregroundDeletion'],
      ['Orphan', 'orphan'],
    ]) {
      const { code, body } = await cluster.client.delete(`${path}/owner?dryRun=All`, {
        propagationPolicy,
        dryRun: ['All'],
      });
      assert.equal(code, 200);
      const { metadata } = body as ApiObject;
      assert.deepEqual(metadata['finalizers'], [finalizer]);
      assert.ok(metadata['deletionTimestamp']);
    }
    const refused = await cluster.client.delete(`${path}/owner`, { propagationPolicy: 'Sideways' });
    assert.equal(refused.code, 422);
    assert.equal(await codeOf(`${path}/owner`), 200);
  });

  it('of a collection removes what is selected', async () => {
    const path = configMapsPath(cluster.namespace);
    for (const name of ['one', 'two'])
      await cluster.client.created(path, { metadata: { name, labels: { which: name } } });
    assert.equal((await cluster.client.delete(`${path}?labelSelector=which%3Done`)).code, 200);
    assert.equal(await codeOf(`${path}/one`), 404);
    assert.equal(await codeOf(`${path}/two`), 200);
  });

  it('of a namespace leaves it terminating, and nothing can be created there any more', async () => {
    const name = cluster.clusterScopedName('/api/v1/namespaces');
    await cluster.client.created('/api/v1/namespaces', { metadata: { name } });
    // Something that has to wait keeps the namespace from going away meanwhile.
    const held = configMapsPath(name, 'held');
    const metadata = { name: 'held', finalizers: ['example.com/wait'] };
    await cluster.client.created(configMapsPath(name), { metadata });
    const { body } = await cluster.client.delete(`/api/v1/namespaces/${name}`);
    assert.ok((body as ApiObject).metadata['deletionTimestamp']);
    assert.deepEqual(body['status'], { phase: 'Terminating' });
    const late = await cluster.client.post(configMapsPath(name), { metadata: { name: 'late' } });
    assert.equal(late.code, 403);
    assert.match(String(late.body['message']), /because it is being terminated$/);
    await cluster.client.patch(held, 'merge', { metadata: { finalizers: null } });
    await cluster.client.delete(held);
    await cluster.client.put(`/api/v1/namespaces/${name}/finalize`, {
      metadata: { name },
      spec: { finalizers: [] },
    });
  });
});
