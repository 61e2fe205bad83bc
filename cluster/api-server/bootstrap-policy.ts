import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
import type { Api } from './api.ts';

interface DefaultRole {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** Groups that have it everywhere. */
  readonly groups: readonly string[];
}

const discoveryPaths = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];
const publicPaths = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

/** The part of Kubernetes' default roles that this API has a use for. */
const defaultRoles: readonly DefaultRole[] = [
  {
    name: 'cluster-admin',
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
    groups: ['system:masters'],
  },
  {
    name: 'system:discovery',
    rules: [{ nonResourceURLs: [...discoveryPaths, ...publicPaths], verbs: ['get'] }],
    groups: ['system:authenticated'],
  },
  {
    name: 'system:public-info-viewer',
    rules: [{ nonResourceURLs: publicPaths, verbs: ['get'] }],
    groups: ['system:authenticated', 'system:unauthenticated'],
  },
  {
    name: 'system:basic-user',
    rules: [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
    groups: ['system:authenticated'],
  },
];

const group = 'rbac.authorization.k8s.io';
const metadataFor = (name: string) => ({
  name,
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
});

/** Creates the default roles and their bindings in a new registry. */
export function createDefaultRoles(api: Api): void {
  for (const { name, rules, groups } of defaultRoles) {
    api.create({ group, resource: 'clusterroles' }, null, { metadata: metadataFor(name), rules });
    api.create({ group, resource: 'clusterrolebindings' }, null, {
      metadata: metadataFor(name),
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: groups.map((groupName) => ({ apiGroup: group, kind: 'Group', name: groupName })),
    });
  }
}

/** Creates the namespaces that every cluster has. */
export function createSystemNamespaces(api: Api): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    api.create({ group: '', resource: 'namespaces' }, null, { metadata: { name } });
}
