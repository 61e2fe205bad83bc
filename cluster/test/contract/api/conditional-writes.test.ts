import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { describeConditionalWrites } from '../../../testing/describe-conditional-writes.ts';
import { httpStore } from '../http-store.ts';
import { configMapsPath, endpointsPath, leasesPath } from '../objects.ts';

const annotated = (name: string, value: string, metadata: object = {}) => ({
  metadata: { name, annotations: { note: value }, ...metadata },
});

describe('conditional writes', () => {
  const cluster = useCluster();

  for (const pathOf of [endpointsPath, leasesPath]) {
    const resource = pathOf === endpointsPath ? 'endpoints' : 'leases.coordination.k8s.io';
    const kind = pathOf === endpointsPath ? 'endpoints' : 'leases';
    const group = pathOf === endpointsPath ? {} : { group: 'coordination.k8s.io' };

    describe(`of ${resource}`, () => {
      const path = (name = '') => pathOf(cluster.namespace, name);

      describeConditionalWrites(() => httpStore(cluster.client, path), {
        takesUnconditionalUpdates: pathOf === endpointsPath,
      });

      it('say that the object has been modified, where they conflict by their resourceVersion', async () => {
        const { resourceVersion } = (await cluster.client.created(path(), annotated('stale', '1'))).metadata;
        await cluster.client.put(path('stale'), annotated('stale', '2', { resourceVersion }));
        const { code, body } = await cluster.client.put(
          path('stale'),
          annotated('stale', '3', { resourceVersion }),
        );
        assert.equal(code, 409);
        assert.deepEqual(body, {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message:
            `Operation cannot be fulfilled on ${resource} "stale": the object has been modified; ` +
            'please apply your changes to the latest version and try again',
          reason: 'Conflict',
          details: { name: 'stale', ...group, kind },
          code: 409,
        });
      });

      it('say which uid the object has, where they conflict by theirs', async () => {
        const { uid, resourceVersion } = (await cluster.client.created(path(), annotated('other', '1')))
          .metadata;
        const { code, body } = await cluster.client.put(
          path('other'),
          annotated('other', '2', { uid: 'somebody-else', resourceVersion }),
        );
        assert.equal(code, 409);
        assert.equal(body['reason'], 'Conflict');
        assert.match(
          String(body['message']),
          new RegExp(`Precondition failed: UID in precondition: somebody-else, UID in object meta: ${uid}$`),
        );
      });
    });
  }

  it('need a resourceVersion for leases', async () => {
    await cluster.client.created(leasesPath(cluster.namespace), annotated('versionless', '1'));
    const path = leasesPath(cluster.namespace, 'versionless');
    const { code, body } = await cluster.client.put(path, annotated('versionless', '2'));
    assert.equal(code, 422);
    assert.equal(
      body['message'],
      'leases.coordination.k8s.io "versionless" is invalid: metadata.resourceVersion: Invalid value: 0: ' +
        'must be specified for an update',
    );
  });

  it('do not create config maps', async () => {
    const { code, body } = await cluster.client.put(
      configMapsPath(cluster.namespace, 'none'),
      annotated('none', '1'),
    );
    assert.equal(code, 404);
    assert.equal(body['message'], 'configmaps "none" not found');
  });

  it('must bear the name of their URL', async () => {
    const path = endpointsPath(cluster.namespace, 'named');
    const other = await cluster.client.put(path, annotated('other', '1'));
    assert.equal(other.code, 400);
    assert.equal(
      other.body['message'],
      'the name of the object (other) does not match the name on the URL (named)',
    );
    const none = await cluster.client.put(path, {});
    assert.equal(
      none.body['message'],
      'the name of the object (named based on URL) was undeterminable: name must be provided',
    );
  });

  it('need no resourceVersion to create, and refuse one', async () => {
    const body = annotated('versioned', '1', { resourceVersion: '12' });
    const answer = await cluster.client.post(endpointsPath(cluster.namespace), body);
    assert.equal(answer.code, 500);
    assert.equal(answer.body['message'], 'resourceVersion should not be set on objects to be created');
  });

  it('to a name that is taken are refused', async () => {
    await cluster.client.created(endpointsPath(cluster.namespace), annotated('taken', '1'));
    const { code, body } = await cluster.client.post(
      endpointsPath(cluster.namespace),
      annotated('taken', '2'),
    );
    assert.equal(code, 409);
    assert.equal(body['reason'], 'AlreadyExists');
    assert.equal(body['message'], 'endpoints "taken" already exists');
  });

  it('with dryRun=All answer as usual and change nothing', async () => {
    const path = endpointsPath(cluster.namespace);
    assert.equal((await cluster.client.post(`${path}?dryRun=All`, annotated('dry', '1'))).code, 201);
    assert.equal((await cluster.client.get(`${path}/dry`)).code, 404);
  });
});
