import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { useKubectl } from '../kubectl.ts';

const group = 'rbac.authorization.k8s.io';

interface Rules {
  readonly resourceRules: readonly {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
  readonly nonResourceRules: readonly { readonly nonResourceURLs: readonly string[] }[];
}

describe('the list of what somebody may do', () => {
  const cluster = useCluster();
  const { succeeds } = useKubectl(cluster);

  async function rulesOf(user: string): Promise<Rules> {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const spec = { namespace: cluster.namespace };
    const { code, body, text } = await cluster.client.post(
      path,
      { spec },
      { headers: { 'Impersonate-User': user } },
    );
    assert.equal(code, 201, text);
    return body['status'] as Rules;
  }

  before(async () => {
    const roles = `/apis/${group}/v1/namespaces/${cluster.namespace}`;
    await cluster.client.created(`${roles}/roles`, {
      metadata: { name: 'locks' },
      rules: [
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['one'], verbs: ['get'] },
      ],
    });
    await cluster.client.created(`${roles}/rolebindings`, {
      metadata: { name: 'locks' },
      roleRef: { apiGroup: group, kind: 'Role', name: 'locks' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'lister' }],
    });
    // A real API server hears of it by a watch.
    for (let attempt = 0; attempt < 500; attempt += 1)
      if ((await rulesOf('lister')).resourceRules.some(({ resources }) => resources.includes('leases')))
        return;
    assert.fail('the rule is never listed');
  });

  it('has the rules of the roles that are bound to the user, and of those that everybody has', async () => {
    const { resourceRules, nonResourceRules } = await rulesOf('lister');
    const rule = resourceRules.find(({ resources }) => resources.includes('leases'));
    assert.deepEqual(rule, {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: ['one'],
      verbs: ['get'],
    });
    for (const everybodys of ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'])
      assert.ok(
        resourceRules.some(({ resources }) => resources.includes(everybodys)),
        everybodys,
      );
    assert.ok(nonResourceRules.some(({ nonResourceURLs }) => nonResourceURLs.includes('/openapi/*')));
  });

  it('is printed by kubectl', async () => {
    const printed = await succeeds('auth', 'can-i', '--list', '--as=lister');
    assert.match(printed, /^leases\.coordination\.k8s\.io +\[\] +\[one\] +\[get\]$/m);
    assert.match(await succeeds('auth', 'can-i', '--list'), /^\*\.\* +\[\] +\[\] +\[\*\]$/m);
  });
});
