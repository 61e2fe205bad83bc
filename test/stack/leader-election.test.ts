import assert from 'node:assert/strict';
import { clusterRules, namespaceRules } from '../../infra/election/rights.ts';
import { dependenciesOf } from './dependencies.ts';
import { changedStack, defaultStack, only, runStack } from './stack.ts';
import type { Stack } from './stack.ts';

const rbac = 'kubernetes:rbac.authorization.k8s.io/v1';
const endpoints = { apiGroups: [''], resources: ['endpoints'] };
const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };

/** The name of a role or binding, what it binds to what, and its namespace where it has one. */
function nameOf(stack: Stack, kind: string): unknown {
  return only(stack, `${rbac}:${kind}`).inputs['metadata'];
}

function assertNone(stack: Stack, ...kinds: string[]): void {
  const types = stack.resources.map(({ type }) => type);
  for (const kind of kinds) assert.ok(!types.includes(`${rbac}:${kind}`), kind);
}

describe('the right to take part in the election', () => {
  it('is a ServiceAccount in the namespace of the config', async () => {
    assert.deepEqual(only(await changedStack(), 'kubernetes:core/v1:ServiceAccount').inputs, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'leader-elector', namespace: 'demo' },
    });
  });

  describe('in the namespace default', () => {
    it('is the ClusterRole of the original example, for this election, and for Leases too', async () => {
      const resourceNames = ['example'];
      assert.deepEqual(only(await defaultStack(), `${rbac}:ClusterRole`).inputs, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'leader-elector' },
        rules: [
          { ...endpoints, verbs: ['create'] },
          { ...endpoints, resourceNames, verbs: ['get', 'delete', 'patch', 'update', 'watch'] },
          { ...leases, verbs: ['create'] },
          { ...leases, resourceNames, verbs: ['get', 'update', 'watch'] },
        ],
      });
    });

    it('is a Role for all that is not the lock', async () => {
      assert.deepEqual(only(await defaultStack(), `${rbac}:Role`).inputs, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'leader-elector-endpoints', namespace: 'default' },
        rules: [
          { apiGroups: [''], resources: ['events'], verbs: ['create'] },
          { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
        ],
      });
    });

    it('is a ClusterRoleBinding of that role to that ServiceAccount', async () => {
      const stack = await defaultStack();
      assert.deepEqual(only(stack, `${rbac}:ClusterRoleBinding`).inputs, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'leader-elector' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'leader-elector' },
        subjects: [{ kind: 'ServiceAccount', name: 'leader-elector', namespace: 'default' }],
      });
    });

    it('is a Role where the config says so', async () => {
      const stack = await runStack({ scope: 'namespace' });
      const metadata = { name: 'leader-elector-endpoints', namespace: 'default' };
      assert.deepEqual(nameOf(stack, 'Role'), metadata);
      assert.deepEqual(nameOf(stack, 'RoleBinding'), metadata);
      assertNone(stack, 'ClusterRole', 'ClusterRoleBinding');
    });
  });

  describe('in another namespace', () => {
    it('is a Role there, named after the lock, and nothing outside', async () => {
      const stack = await changedStack();
      assert.deepEqual(only(stack, `${rbac}:Role`).inputs, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'leader-elector-leases', namespace: 'demo' },
        rules: namespaceRules({
          election: 'my-election',
          lock: 'leases',
          scope: 'namespace',
          successor: false,
          leaderService: null,
        }),
      });
      assert.deepEqual(only(stack, `${rbac}:RoleBinding`).inputs, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'leader-elector-leases', namespace: 'demo' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'leader-elector-leases' },
        subjects: [{ kind: 'ServiceAccount', name: 'leader-elector', namespace: 'demo' }],
      });
      assertNone(stack, 'ClusterRole', 'ClusterRoleBinding');
    });

    it('is a ClusterRole where the config says so, whose name has the namespace in it', async () => {
      const stack = await runStack({ scope: 'cluster', namespace: 'demo' });
      const metadata = { name: 'leader-elector-demo' };
      assert.deepEqual(nameOf(stack, 'ClusterRole'), metadata);
      assert.deepEqual(nameOf(stack, 'ClusterRoleBinding'), metadata);
    });
  });

  describe('as a Role', () => {
    const resourceNames = ['example'];
    const use = (kind: object) => [
      { ...kind, verbs: ['create'] },
      { ...kind, resourceNames, verbs: ['get', 'update', 'watch'] },
    ];
    const look = (kind: object) => [{ ...kind, resourceNames, verbs: ['get'] }];
    const cases = [
      ['endpoints', [...use(endpoints), ...look(leases)]],
      ['leases', [...look(endpoints), ...use(leases)]],
      ['endpointsleases', [...use(endpoints), ...use(leases)]],
    ] as const;
    for (const [lock, rules] of cases)
      it(`is to write the lock, to look at the other, to tell of it, and to look for a successor: ${lock}`, () => {
        const args = { election: 'example', lock, scope: 'namespace', leaderService: null } as const;
        const events = { apiGroups: [''], resources: ['events'], verbs: ['create'] };
        const pods = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
        assert.deepEqual(namespaceRules({ ...args, successor: true }), [...rules, events, pods]);
        assert.deepEqual(namespaceRules({ ...args, successor: false }), [...rules, events]);
        assert.deepEqual(clusterRules({ ...args, successor: true }), []);
      });
  });
});

describe('the namespace', () => {
  const type = 'kubernetes:core/v1:Namespace';

  it('is there already, unless the config says otherwise', async () => {
    assert.ok((await changedStack()).resources.every((resource) => resource.type !== type));
  });

  it('is made on request, before what is in it', async () => {
    const set = { namespace: 'demo', createNamespace: 'true' };
    assert.deepEqual(only(await runStack(set), type).inputs, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'demo' },
    });
    for (const kind of ['core/v1:ServiceAccount', 'core/v1:Service', 'apps/v1:Deployment']) {
      const dependencies = await dependenciesOf(`kubernetes:${kind}`, () => runStack(set));
      assert.ok(
        dependencies.some((urn) => urn.endsWith(`${type}::demo`)),
        kind,
      );
    }
  });
});
