import assert from 'node:assert/strict';
import type { Json } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import { endpointsPath } from '../objects.ts';

interface ApiResource extends Json {
  name: string;
  kind: string;
  namespaced: boolean;
  singularName: string;
  verbs: string[];
  shortNames?: string[];
}

/** Resources of the stack and of what follows from it. */
const served: Readonly<Record<string, readonly string[]>> = {
  '/api/v1': [
    'endpoints',
    'events',
    'namespaces',
    'nodes',
    'pods',
    'pods/log',
    'pods/status',
    'serviceaccounts',
    'services',
  ],
  '/apis/apps/v1': ['deployments', 'deployments/scale', 'deployments/status', 'replicasets'],
  '/apis/coordination.k8s.io/v1': ['leases'],
  '/apis/discovery.k8s.io/v1': ['endpointslices'],
  '/apis/policy/v1': ['poddisruptionbudgets'],
  '/apis/networking.k8s.io/v1': ['networkpolicies'],
  '/apis/rbac.authorization.k8s.io/v1': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  '/apis/authorization.k8s.io/v1': ['selfsubjectaccessreviews'],
};

describe('discovery', () => {
  const cluster = useCluster();

  for (const [path, names] of Object.entries(served))
    it(`lists the resources of ${path}`, async () => {
      const { code, body } = await cluster.client.get(path);
      assert.equal(code, 200);
      assert.equal(body['kind'], 'APIResourceList');
      const found = new Map(
        (body['resources'] as ApiResource[]).map((resource) => [resource.name, resource]),
      );
      for (const name of names) assert.ok(found.has(name), name);
    });

  it('says how a resource is called and what can be done with it', async () => {
    const { body } = await cluster.client.get('/apis/apps/v1');
    const deployments = (body['resources'] as ApiResource[]).find(({ name }) => name === 'deployments');
    assert.ok(deployments);
    const { kind, namespaced, singularName, shortNames, verbs } = deployments;
    assert.deepEqual(
      [kind, namespaced, singularName, shortNames],
      ['Deployment', true, 'deployment', ['deploy']],
    );
    assert.deepEqual([...verbs].sort(), [
      'create',
      'delete',
      'deletecollection',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ]);
  });

  it('answers in one go where it is asked to', async () => {
    const Accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { headers, body } = await cluster.client.get('/apis', { headers: { Accept } });
    assert.equal(headers['content-type'], Accept);
    assert.equal(body['kind'], 'APIGroupDiscoveryList');
    const groups = (body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    assert.ok(groups.includes('apps') && groups.includes('coordination.k8s.io'));
  });

  it('names the paths of the OpenAPI documents', async () => {
    // The media type of this one is text to a real API server.
    const { text } = await cluster.client.get('/openapi/v3');
    const { paths } = JSON.parse(text) as { paths: Record<string, { serverRelativeURL: string }> };
    const document = await cluster.client.get(paths['apis/apps/v1']?.serverRelativeURL ?? '');
    assert.equal(document.code, 200);
    const { patch } = (document.body['paths'] as Record<string, Record<string, Json>>)[
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}'
    ] ?? { patch: {} };
    assert.deepEqual(patch?.['x-kubernetes-group-version-kind'], {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
    });
    const parameters = (patch['parameters'] as { name: string }[]).map(({ name }) => name);
    assert.ok(parameters.includes('fieldValidation'));
  });

  it('tells the version', async () => {
    const { body } = await cluster.client.get('/version');
    assert.deepEqual([body['major'], body['minor']], ['1', '34']);
  });

  for (const path of ['/healthz', '/livez', '/readyz'])
    it(`answers ${path}`, async () => {
      const { code, text } = await cluster.client.get(path);
      assert.deepEqual([code, text], [200, 'ok']);
    });

  it('knows no other resources, groups and paths', async () => {
    const resource = await cluster.client.get(`/api/v1/namespaces/${cluster.namespace}/nothing`);
    assert.equal(resource.code, 404);
    assert.equal(resource.body['message'], 'the server could not find the requested resource');
    for (const path of ['/apis/nothing/v1', '/nothing']) {
      const { code, text } = await cluster.client.get(path);
      assert.deepEqual([code, text], [404, '404 page not found\n']);
    }
  });

  it('allows no other methods', async () => {
    for (const [method, path] of [
      ['PUT', endpointsPath(cluster.namespace)],
      ['POST', endpointsPath(cluster.namespace, 'x')],
    ]) {
      const { code, body } = await cluster.client.send(method ?? '', path ?? '', {});
      assert.equal(code, 405);
      assert.equal(body['message'], 'the server does not allow this method on the requested resource');
    }
  });

  it('answers in no form that it does not know', async () => {
    const { code } = await cluster.client.get(endpointsPath(cluster.namespace), {
      headers: { Accept: 'text/html' },
    });
    assert.equal(code, 406);
  });

  it('lists objects without repeating their kind', async () => {
    await cluster.client.created(endpointsPath(cluster.namespace), { metadata: { name: 'listed' } });
    const { body } = await cluster.client.get(endpointsPath(cluster.namespace));
    assert.deepEqual([body['kind'], body['apiVersion']], ['EndpointsList', 'v1']);
    assert.match(String((body['metadata'] as Json)['resourceVersion']), /^\d+$/);
    const [item] = body['items'] as Json[];
    assert.deepEqual([item?.['kind'], item?.['apiVersion']], [undefined, undefined]);
  });
});
