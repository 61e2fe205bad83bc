import assert from 'node:assert/strict';
import type { ApiObject } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import { endpointsPath } from '../objects.ts';

describe('watches', () => {
  const cluster = useCluster();
  const path = (name = '') => endpointsPath(cluster.namespace, name);
  const create = (name: string, labels = {}) =>
    cluster.client.created(path(), { metadata: { name, labels } });
  const relabel = async (name: string, labels: object) =>
    (await cluster.client.patch(path(name), 'merge', { metadata: { labels } })).body as ApiObject;
  const only = (name: string) => `${path()}?fieldSelector=metadata.name=${name}`;

  it('show the changes after a resourceVersion, in order', async () => {
    const { resourceVersion } = (await create('changing')).metadata;
    const watch = await cluster.client.watch(`${only('changing')}&resourceVersion=${resourceVersion}`);
    const changed = await relabel('changing', { a: '1' });
    await cluster.client.delete(path('changing'));
    const modified = await watch.next();
    assert.equal(modified.type, 'MODIFIED');
    assert.deepEqual(modified.object, changed);
    const deleted = await watch.next();
    assert.equal(deleted.type, 'DELETED');
    assert.equal(deleted.object.metadata.uid, changed.metadata.uid);
    assert.ok(BigInt(deleted.object.metadata.resourceVersion) > BigInt(changed.metadata.resourceVersion));
    watch.close();
  });

  it('are resumed from any resourceVersion that is not too old', async () => {
    const { resourceVersion } = (await create('resumed')).metadata;
    await relabel('resumed', { a: '1' });
    await relabel('resumed', { a: '2' });
    const watch = await cluster.client.watch(`${only('resumed')}&resourceVersion=${resourceVersion}`);
    const labels = [await watch.next(), await watch.next()].map(({ object }) => object.metadata['labels']);
    assert.deepEqual(labels, [{ a: '1' }, { a: '2' }]);
    watch.close();
  });

  it('from resourceVersion 0 begin with what exists', async () => {
    await create('present');
    const watch = await cluster.client.watch(`${only('present')}&resourceVersion=0`);
    const { type, object } = await watch.next();
    assert.deepEqual([type, object.metadata.name, object.kind], ['ADDED', 'present', 'Endpoints']);
    watch.close();
  });

  it('without a resourceVersion begin with what exists', async () => {
    await create('unversioned');
    const watch = await cluster.client.watch(only('unversioned'));
    assert.equal((await watch.next()).type, 'ADDED');
    watch.close();
  });

  it('show an object that is no longer selected as deleted, and one that comes to be as added', async () => {
    const { resourceVersion } = (await create('moving', { team: 'a' })).metadata;
    const watch = await cluster.client.watch(
      `${path()}?labelSelector=team%3Da&resourceVersion=${resourceVersion}`,
    );
    const left = await relabel('moving', { team: 'b' });
    const gone = await watch.next();
    assert.equal(gone.type, 'DELETED');
    assert.deepEqual(gone.object.metadata['labels'], { team: 'a' });
    assert.equal(gone.object.metadata.resourceVersion, left.metadata.resourceVersion);
    await relabel('moving', { team: 'a' });
    assert.equal((await watch.next()).type, 'ADDED');
    watch.close();
  });

  it('end after timeoutSeconds', async () => {
    const { resourceVersion } = (await create('brief')).metadata;
    const watch = await cluster.client.watch(
      `${only('brief')}&resourceVersion=${resourceVersion}&timeoutSeconds=1`,
    );
    assert.deepEqual(await watch.rest(), []);
  });

  it('with bookmarks say before their end how far they have come', async () => {
    const { resourceVersion } = (await create('marked')).metadata;
    const parameters = `resourceVersion=${resourceVersion}&allowWatchBookmarks=true&timeoutSeconds=3`;
    const watch = await cluster.client.watch(`${only('marked')}&${parameters}`);
    const unselected = (await create('unselected')).metadata;
    const last = (await watch.rest()).at(-1);
    assert.deepEqual([last?.type, last?.object.kind], ['BOOKMARK', 'Endpoints']);
    assert.ok(BigInt(last?.object.metadata.resourceVersion ?? 0) >= BigInt(unselected.resourceVersion));
  });

  it('from a resourceVersion that is no number are refused', async () => {
    const { code, body } = await cluster.client.get(`${path()}?watch=true&resourceVersion=abc`);
    assert.equal(code, 500);
    assert.match(String(body['message']), /resourceVersion: Invalid value: "abc"/);
  });

  it('show tables to those who ask for them', async () => {
    await create('tabled');
    const accept = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const watch = await cluster.client.watch(`${only('tabled')}&resourceVersion=0`, accept);
    const { type, object } = await watch.next();
    assert.deepEqual([type, object.kind], ['ADDED', 'Table']);
    const rows = object['rows'] as { cells: unknown[] }[];
    assert.equal(rows[0]?.cells[0], 'tabled');
    watch.close();
  });
});
