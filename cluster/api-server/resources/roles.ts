import type { ClusterRole, PolicyRule, Role } from 'kubernetes-types/rbac/v1.js';
import { invalidValue, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { roleSchema, clusterRoleSchema } from '../schema/rbac.ts';
import { defineResource } from '../resource.ts';
import type { Column } from '../column.ts';

const group = 'rbac.authorization.k8s.io';
const version = 'v1';

const createdAt: Column<Role | ClusterRole> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  cell: ({ metadata }) => metadata?.creationTimestamp ?? '<unknown>',
};

export const roles = defineResource<Role>({
  group,
  version,
  kind: 'Role',
  schema: roleSchema,
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  nameRule: 'pathSegment',
  createOnUpdate: true,
  columns: [createdAt],
  setDefaults: setRules,
  validate: ({ rules }) => validateRules(rules ?? [], true),
});

export const clusterRoles = defineResource<ClusterRole>({
  group,
  version,
  kind: 'ClusterRole',
  schema: clusterRoleSchema,
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  nameRule: 'pathSegment',
  createOnUpdate: true,
  columns: [createdAt],
  setDefaults: setRules,
  validate: ({ rules }) => validateRules(rules ?? [], false),
});

function setRules(role: Role | ClusterRole): void {
  role.rules ??= [];
}

function validateRules(rules: readonly PolicyRule[], namespaced: boolean): FieldError[] {
  return rules.flatMap((rule, index) => validateRule(rule, `rules[${index}]`, namespaced));
}

function validateRule(rule: PolicyRule, field: string, namespaced: boolean): FieldError[] {
  const { verbs, apiGroups = [], resources = [], nonResourceURLs = [] } = rule as Partial<PolicyRule>;
  const errors: FieldError[] = [];
  if (!verbs?.length) errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    if (namespaced)
      return [
        ...errors,
        invalidValue(
          `${field}.nonResourceURLs`,
          nonResourceURLs,
          'namespaced rules cannot apply to non-resource URLs',
        ),
      ];
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}
