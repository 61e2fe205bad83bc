import assert from 'node:assert/strict';
import { changedStack, only } from './stack.ts';
import type { Stack } from './stack.ts';

describe('the right to take part in the election', () => {
  let stack: Stack;
  before(async () => {
    stack = await changedStack();
  });

  it('is a ServiceAccount in the namespace of the config', () => {
    assert.deepEqual(only(stack, 'kubernetes:core/v1:ServiceAccount').inputs, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'leader-elector', namespace: 'demo' },
    });
  });

  it('is a ClusterRole that allows both kinds of lock, and but for create only the lock of the election', () => {
    const verbs = ['get', 'delete', 'patch', 'update', 'list', 'watch'];
    const resourceNames = ['my-election'];
    assert.deepEqual(only(stack, 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole').inputs, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'leader-elector' },
      rules: [
        { apiGroups: [''], resources: ['endpoints'], verbs: ['create'] },
        { apiGroups: [''], resources: ['endpoints'], resourceNames, verbs },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames, verbs },
      ],
    });
  });

  it('is a ClusterRoleBinding of that role to that ServiceAccount', () => {
    assert.deepEqual(only(stack, 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding').inputs, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'leader-elector' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'leader-elector' },
      subjects: [{ kind: 'ServiceAccount', name: 'leader-elector', namespace: 'demo' }],
    });
  });
});
