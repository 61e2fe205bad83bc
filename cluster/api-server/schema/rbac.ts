import { kind } from './meta.ts';
import { any, each, list, object, string, strings } from './schema.ts';

const rules = list(
  object('PolicyRule', each(strings, 'verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs')),
);

const grant = {
  subjects: list(object('Subject', each(string, 'kind', 'apiGroup', 'name', 'namespace'))),
  roleRef: object('RoleRef', each(string, 'apiGroup', 'kind', 'name')),
};

export const role = kind('Role', { rules });
export const clusterRole = kind('ClusterRole', { rules, aggregationRule: any });
export const roleBinding = kind('RoleBinding', grant);
export const clusterRoleBinding = kind('ClusterRoleBinding', grant);
