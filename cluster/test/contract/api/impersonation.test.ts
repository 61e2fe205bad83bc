import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { configMapsPath, serviceAccountsPath } from '../objects.ts';

const rbac = 'rbac.authorization.k8s.io';

describe('impersonation', () => {
  const cluster = useCluster();
  const roles = () => `/apis/${rbac}/v1/namespaces/${cluster.namespace}`;
  const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const as = (user: string, more: Readonly<Record<string, string>> = {}) => ({
    headers: { 'Impersonate-User': user, ...more },
  });

  async function userInfo(headers: Readonly<Record<string, string>>): Promise<unknown> {
    const { code, body, text } = await cluster.client.post(whoAmI, {}, { headers });
    assert.equal(code, 201, text);
    return (body['status'] as { userInfo: unknown }).userInfo;
  }

  it('makes a request as another user, who may do what that one may', async () => {
    const refused = await cluster.client.get(configMapsPath(cluster.namespace), as('jane'));
    assert.equal(refused.code, 403);
    assert.match(String(refused.body['message']), /User "jane" cannot list resource "configmaps"/);
    const admin = as('jane', { 'Impersonate-Group': 'system:masters' });
    assert.equal((await cluster.client.get(configMapsPath(cluster.namespace), admin)).code, 200);
  });

  it('counts when somebody asks what is allowed', async () => {
    const allowed = async (user: string) => {
      const spec = { resourceAttributes: { namespace: cluster.namespace, verb: 'list', resource: 'pods' } };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const { body } = await cluster.client.post(path, { spec }, as(user));
      return (body['status'] as { allowed: boolean }).allowed;
    };
    assert.equal(await allowed('joe'), false);
    await cluster.client.created(`${roles()}/roles`, {
      metadata: { name: 'pods' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
    });
    await cluster.client.created(`${roles()}/rolebindings`, {
      metadata: { name: 'joe' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'pods' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'joe' }],
    });
    // A real API server hears of it by a watch.
    for (let attempt = 0; attempt < 500 && !(await allowed('joe')); attempt += 1);
    assert.equal(await allowed('joe'), true);
  });

  it('puts whoever is somebody among the authenticated, and a service account among its like', async () => {
    assert.deepEqual(
      await userInfo({
        'Impersonate-User': 'jane',
        'Impersonate-Group': 'developers',
        'Impersonate-Uid': '7',
        'Impersonate-Extra-scopes': 'view',
      }),
      {
        username: 'jane',
        uid: '7',
        groups: ['developers', 'system:authenticated'],
        extra: { scopes: ['view'] },
      },
    );
    const account = `system:serviceaccount:${cluster.namespace}:default`;
    const groups = [
      'system:serviceaccounts',
      `system:serviceaccounts:${cluster.namespace}`,
      'system:authenticated',
    ];
    assert.deepEqual(await userInfo({ 'Impersonate-User': account }), { username: account, groups });
  });

  it('needs the right to it, for each of what is asked for', async () => {
    const token = await cluster.client.created(`${serviceAccountsPath(cluster.namespace, 'default')}/token`, {
      spec: {},
    });
    const client = cluster.client.as((token['status'] as { token: string }).token);
    const { code, body } = await client.get(configMapsPath(cluster.namespace), as('jane'));
    assert.equal(code, 403);
    assert.equal(
      body['message'],
      `users "jane" is forbidden: User "system:serviceaccount:${cluster.namespace}:default" cannot impersonate ` +
        'resource "users" in API group "" at the cluster scope',
    );
    client.close();
  });

  it('of a group alone is refused', async () => {
    const headers = { 'Impersonate-Group': 'developers' };
    const { code, text } = await cluster.client.get(configMapsPath(cluster.namespace), { headers });
    assert.equal(code, 500);
    assert.match(text, /without impersonating a user/);
  });
});
