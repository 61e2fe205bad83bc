import assert from 'node:assert/strict';
import type { ApiClient } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import {
  configMapsPath,
  endpointsPath,
  idlePod,
  leasesPath,
  podsPath,
  serviceAccountsPath,
} from '../objects.ts';

const group = 'rbac.authorization.k8s.io';

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

describe('access', () => {
  const cluster = useCluster();
  const clients: ApiClient[] = [];
  const userOf = (account: string) => `system:serviceaccount:${cluster.namespace}:${account}`;

  after(() => clients.forEach((client) => client.close()));

  async function tokenOf(account: string, spec: object = {}): Promise<string> {
    const path = `${serviceAccountsPath(cluster.namespace, account)}/token`;
    const { status } = await cluster.client.created(path, { spec });
    return (status as { token: string }).token;
  }

  function clientWith(token?: string): ApiClient {
    const client = cluster.client.as(token);
    clients.push(client);
    return client;
  }

  /** A service account with a role of these rules in the namespace, as a client. */
  async function accountWith(name: string, rules: readonly object[]): Promise<ApiClient> {
    const roles = `/apis/${group}/v1/namespaces/${cluster.namespace}`;
    await cluster.client.created(serviceAccountsPath(cluster.namespace), { metadata: { name } });
    await cluster.client.created(`${roles}/roles`, { metadata: { name }, rules });
    await cluster.client.created(`${roles}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: cluster.namespace }],
    });
    return clientWith(await tokenOf(name));
  }

  /** Waits until the rules that were just written count: a real API server hears of them by watches. */
  async function untilAllowed(request: () => Promise<{ code: number }>): Promise<void> {
    for (let attempt = 0; attempt < 500; attempt += 1) if ((await request()).code !== 403) return;
    assert.fail('still forbidden after 500 requests');
  }

  describe("by a service account's token", () => {
    it('has the claims of a bound token', async () => {
      const account = (await cluster.client.found(serviceAccountsPath(cluster.namespace, 'default')))
        .metadata;
      const pod = (await cluster.client.created(podsPath(cluster.namespace), idlePod('bearer'))).metadata;
      const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'bearer', uid: pod.uid };
      const claims = claimsOf(await tokenOf('default', { boundObjectRef, expirationSeconds: 1200 }));
      assert.equal(claims['sub'], userOf('default'));
      assert.equal(Number(claims['exp']) - Number(claims['iat']), 1200);
      assert.equal(claims['nbf'], claims['iat']);
      assert.ok(Array.isArray(claims['aud']));
      assert.equal(typeof claims['iss'], 'string');
      assert.deepEqual(claims['kubernetes.io'], {
        namespace: cluster.namespace,
        pod: { name: 'bearer', uid: pod.uid },
        serviceaccount: { name: 'default', uid: account.uid },
      });
    });

    it('ends with the pod that it is bound to', async () => {
      const pod = (await cluster.client.created(podsPath(cluster.namespace), idlePod('brief'))).metadata;
      const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'brief', uid: pod.uid };
      const client = clientWith(await tokenOf('default', { boundObjectRef }));
      assert.equal((await client.get('/api')).code, 200);
      await cluster.client.delete(podsPath(cluster.namespace, 'brief'));
      // A real API server remembers for ten seconds that a token counted, so a fresh one is asked about.
      const path = `${serviceAccountsPath(cluster.namespace, 'default')}/token`;
      const late = await cluster.client.post(path, { spec: { boundObjectRef } });
      assert.equal(late.code, 404);
    });

    it('is refused for less than ten minutes', async () => {
      const path = `${serviceAccountsPath(cluster.namespace, 'default')}/token`;
      const { code, body } = await cluster.client.post(path, { spec: { expirationSeconds: 10 } });
      assert.equal(code, 422);
      assert.match(String(body['message']), /may not specify a duration less than 10 minutes/);
    });
  });

  it('with a token that is none is a 401', async () => {
    const { code, body } = await clientWith('not-a-token').get('/api');
    assert.equal(code, 401);
    assert.deepEqual(body, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  it('with a token whose claims were changed is a 401', async () => {
    const [header, payload, signature] = (await tokenOf('default')).split('.');
    const claims = { ...claimsOf(`.${payload ?? ''}`), sub: 'system:serviceaccount:kube-system:default' };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    assert.equal((await clientWith([header, forged, signature].join('.')).get('/api')).code, 401);
  });

  it('with a token for another audience is a 401', async () => {
    const token = await tokenOf('default', { audiences: ['somebody-else'] });
    assert.equal((await clientWith(token).get('/api')).code, 401);
  });

  it('without a token reaches health and version alone', async () => {
    const anonymous = clientWith();
    assert.equal((await anonymous.get('/healthz')).text, 'ok');
    assert.equal((await anonymous.get('/version')).code, 200);
    const { code, body } = await anonymous.get('/api/v1/namespaces');
    assert.equal(code, 403);
    assert.equal(
      body['message'],
      'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" ' +
        'at the cluster scope',
    );
  });

  it('that no role allows is a 403 that says what was asked for', async () => {
    const client = clientWith(await tokenOf('default'));
    const { code, body } = await client.get(leasesPath(cluster.namespace, 'example'));
    assert.equal(code, 403);
    assert.deepEqual(body, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        `leases.coordination.k8s.io "example" is forbidden: User "${userOf('default')}" cannot get resource ` +
        `"leases" in API group "coordination.k8s.io" in the namespace "${cluster.namespace}"`,
      reason: 'Forbidden',
      details: { name: 'example', group: 'coordination.k8s.io', kind: 'leases' },
      code: 403,
    });
    const path = await client.get('/metrics');
    assert.equal(path.code, 403);
    assert.equal(path.body['message'], `forbidden: User "${userOf('default')}" cannot get path "/metrics"`);
  });

  it('to a subresource needs a rule for it', async () => {
    await cluster.client.created(podsPath(cluster.namespace), idlePod('quiet'));
    const client = await accountWith('reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
    await untilAllowed(() => client.get(podsPath(cluster.namespace, 'quiet')));
    const { code, body } = await client.get(`${podsPath(cluster.namespace, 'quiet')}/log`);
    assert.equal(code, 403);
    assert.match(String(body['message']), /cannot get resource "pods\/log" in API group ""/);
  });

  it('can be limited to one object by its name, watches and lists with a field selector included', async () => {
    const client = await accountWith('candidate', [
      { apiGroups: [''], resources: ['endpoints'], verbs: ['create'] },
      {
        apiGroups: [''],
        resources: ['endpoints'],
        resourceNames: ['lock'],
        verbs: ['get', 'list', 'watch', 'update'],
      },
    ]);
    const path = endpointsPath(cluster.namespace);
    await untilAllowed(() => client.get(`${path}/lock`));
    const lock = await client.created(path, { metadata: { name: 'lock' } });
    assert.equal((await client.put(`${path}/lock`, lock)).code, 200);
    assert.equal((await client.get(`${path}?fieldSelector=metadata.name%3Dlock`)).code, 200);
    const watch = await client.watch(`${path}?fieldSelector=metadata.name%3Dlock&resourceVersion=0`);
    assert.equal((await watch.next()).object.metadata.name, 'lock');
    watch.close();
    assert.equal((await client.get(`${path}/another`)).code, 403);
    assert.equal((await client.get(path)).code, 403);
    assert.equal((await client.get(`${path}?watch=true&fieldSelector=metadata.name%3Danother`)).code, 403);
    assert.equal((await client.delete(`${path}/lock`)).code, 403);
  });

  it('can be asked about beforehand', async () => {
    const client = await accountWith('asking', [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list'] },
    ]);
    await untilAllowed(() => client.get(configMapsPath(cluster.namespace)));
    const allowed = async (verb: string) => {
      const resourceAttributes = { namespace: cluster.namespace, verb, resource: 'configmaps' };
      const { status } = await client.created('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        spec: { resourceAttributes },
      });
      return (status as { allowed: boolean }).allowed;
    };
    assert.deepEqual([await allowed('list'), await allowed('delete')], [true, false]);
  });

  it('granted by a cluster role binding reaches every namespace', async () => {
    const name = cluster.clusterScopedName(`/apis/${group}/v1/clusterroles`);
    const bindings = `/apis/${group}/v1/clusterrolebindings`;
    const bindingName = cluster.clusterScopedName(bindings);
    await cluster.client.created(serviceAccountsPath(cluster.namespace), { metadata: { name: 'wide' } });
    const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }];
    await cluster.client.created(`/apis/${group}/v1/clusterroles`, { metadata: { name }, rules });
    await cluster.client.created(bindings, {
      metadata: { name: bindingName },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: 'wide', namespace: cluster.namespace }],
    });
    const client = clientWith(await tokenOf('wide'));
    await untilAllowed(() => client.get('/api/v1/namespaces'));
    const binding = await cluster.client.found(`${bindings}/${bindingName}`);
    const refused = await cluster.client.put(`${bindings}/${bindingName}`, {
      ...binding,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'another' },
    });
    assert.equal(refused.code, 422);
    assert.match(String(refused.body['message']), /roleRef: Invalid value: .*cannot change roleRef$/);
  });
});
