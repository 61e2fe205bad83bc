import { kind } from './meta.ts';
import { any, each, list, object, string, strings } from './schema.ts';

const rules = list(
  object('PolicyRule', each(strings, 'verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs')),
);

const grant = {
  subjects: list(object('Subject', each(string, 'kind', 'apiGroup', 'name', 'namespace'))),
  roleRef: object('RoleRef', each(string, 'apiGroup', 'kind', 'name')),
};

export const roleSchema = kind('Role', { rules });
export const clusterRoleSchema = kind('ClusterRole', { rules, aggregationRule: any });
export const roleBindingSchema = kind('RoleBinding', grant);
export const clusterRoleBindingSchema = kind('ClusterRoleBinding', grant);
