import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import type { ApiObject, Json } from '../../../testing/api-client.ts';
import { configMapsPath, deploymentsPath, emptyDeployment } from '../objects.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: { name: string; value?: string }[];
}

const containersOf = (deployment: Json) =>
  (deployment['spec'] as { template: { spec: { containers: Container[] } } }).template.spec.containers;

describe('patches', () => {
  const cluster = useCluster();
  const configMap = async (name: string, data: object) => {
    await cluster.client.created(configMapsPath(cluster.namespace), { metadata: { name }, data });
    return configMapsPath(cluster.namespace, name);
  };
  const deployment = async (name: string, spec: object = {}) => {
    await cluster.client.created(deploymentsPath(cluster.namespace), emptyDeployment(name, spec));
    return deploymentsPath(cluster.namespace, name);
  };

  it('of JSON follow their steps', async () => {
    const path = await configMap('steps', { a: '1', b: '2', c: '3' });
    const { code, body } = await cluster.client.patch(path, 'json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: 'one' },
      { op: 'remove', path: '/data/b' },
      { op: 'move', from: '/data/c', path: '/data/e' },
      { op: 'copy', from: '/data/e', path: '/data/f' },
      { op: 'add', path: '/metadata/labels', value: { 'x/y': '1' } },
      { op: 'replace', path: '/metadata/labels/x~1y', value: '2' },
    ]);
    assert.equal(code, 200);
    assert.deepEqual(body['data'], { a: 'one', e: '3', f: '3' });
    assert.deepEqual((body as ApiObject).metadata['labels'], { 'x/y': '2' });
  });

  it('of JSON whose test fails change nothing', async () => {
    const path = await configMap('tested', { a: '1' });
    const { code, body } = await cluster.client.patch(path, 'json', [
      { op: 'replace', path: '/data/a', value: '2' },
      { op: 'test', path: '/data/a', value: '1' },
    ]);
    assert.equal(code, 422);
    assert.equal(body['message'], 'the server rejected our request due to an error in our request');
    assert.deepEqual((await cluster.client.found(path))['data'], { a: '1' });
  });

  it('that merge take away what is null', async () => {
    const path = await configMap('merged', { a: '1', b: '2' });
    const { body } = await cluster.client.patch(path, 'merge', { data: { a: null, c: '3' } });
    assert.deepEqual(body['data'], { b: '2', c: '3' });
  });

  it('that merge replace lists whole', async () => {
    const path = await deployment('whole');
    const containers = [{ name: 'another', image: 'example/another:1' }];
    const { body } = await cluster.client.patch(path, 'merge', {
      spec: { template: { spec: { containers } } },
    });
    assert.deepEqual(
      containersOf(body).map(({ name }) => name),
      ['another'],
    );
  });

  it('that merge strategically change one item of a list by its name', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const containers = [
      { name: 'main', image: 'example/main:1', env },
      { name: 'side', image: 'example/side:1' },
    ];
    const path = await deployment('strategic', {
      template: { metadata: { labels: { app: 'strategic' } }, spec: { containers } },
    });
    const change = { name: 'main', image: 'example/main:2', env: [{ name: 'A', $patch: 'delete' }] };
    const { code, body } = await cluster.client.patch(path, 'strategic-merge', {
      spec: { template: { spec: { containers: [change] } } },
    });
    assert.equal(code, 200);
    const [main, side] = containersOf(body);
    assert.deepEqual([main?.image, main?.env], ['example/main:2', [{ name: 'B', value: '2' }]]);
    assert.equal(side?.image, 'example/side:1');
  });

  it('that merge strategically add finalizers to those that are there', async () => {
    const path = await configMap('joined', {});
    await cluster.client.patch(path, 'merge', { metadata: { finalizers: ['example.com/a'] } });
    const { body } = await cluster.client.patch(path, 'strategic-merge', {
      metadata: { finalizers: ['example.com/b'] },
    });
    assert.deepEqual(
      new Set((body as ApiObject).metadata['finalizers'] as string[]),
      new Set(['example.com/a', 'example.com/b']),
    );
    await cluster.client.patch(path, 'merge', { metadata: { finalizers: null } });
  });

  it('are conditional where they name a resourceVersion', async () => {
    const path = await configMap('conditional', { a: '1' });
    const patch = { metadata: { resourceVersion: '1' }, data: { a: '2' } };
    assert.equal((await cluster.client.patch(path, 'merge', patch)).code, 409);
  });

  it('that change nothing leave the resourceVersion', async () => {
    const path = await configMap('same', { a: '1' });
    const { resourceVersion } = (await cluster.client.found(path)).metadata;
    const { body } = await cluster.client.patch(path, 'merge', { data: { a: '1' } });
    assert.equal((body as ApiObject).metadata.resourceVersion, resourceVersion);
  });

  it('of an object that does not exist are a 404', async () => {
    const { code } = await cluster.client.patch(configMapsPath(cluster.namespace, 'none'), 'merge', {});
    assert.equal(code, 404);
  });

  it('in another form are a 415', async () => {
    const path = await configMap('formless', {});
    const options = { raw: 'x', headers: { 'Content-Type': 'text/plain' } };
    assert.equal((await cluster.client.send('PATCH', path, undefined, options)).code, 415);
  });

  it('that are no patch are a 400', async () => {
    const path = await configMap('unpatched', {});
    const merge = await cluster.client.patch(path, 'merge', []);
    assert.equal(merge.code, 400);
    assert.equal(
      merge.body['message'],
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
    const steps = await cluster.client.patch(path, 'json', {});
    assert.equal(
      steps.body['message'],
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  });
});
