import type { ClusterRoleBinding, RoleBinding, Subject } from 'kubernetes-types/rbac/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { roleBindingSchema, clusterRoleBindingSchema } from '../schema/rbac.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';
import type { Column } from '../column.ts';

type Binding = RoleBinding | ClusterRoleBinding;

const group = 'rbac.authorization.k8s.io';

const columns: readonly Column<Binding>[] = [
  {
    name: 'Role',
    description: 'The role that it grants.',
    cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  },
  ageColumn,
  { name: 'Users', wide: true, description: 'Users it grants the role to.', cell: named('User') },
  { name: 'Groups', wide: true, description: 'Groups it grants the role to.', cell: named('Group') },
  {
    name: 'ServiceAccounts',
    wide: true,
    description: 'Service accounts it grants the role to.',
    cell: named('ServiceAccount'),
  },
];

const shared = {
  group,
  version: 'v1',
  nameRule: 'pathSegment' as const,
  createOnUpdate: true,
  columns,
  setDefaults,
  validateUpdate: ({ roleRef }: Binding, existing: Binding) =>
    isDeepStrictEqual(roleRef, existing.roleRef)
      ? []
      : [invalidValue('roleRef', roleRef, 'cannot change roleRef')],
};

export const roleBindings = defineResource<RoleBinding>({
  ...shared,
  kind: 'RoleBinding',
  schema: roleBindingSchema,
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  validate: (binding) => validateBinding(binding, ['ClusterRole', 'Role']),
});

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  ...shared,
  kind: 'ClusterRoleBinding',
  schema: clusterRoleBindingSchema,
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  validate: (binding) => validateBinding(binding, ['ClusterRole']),
});

function named(kind: string) {
  return ({ subjects = [] }: Binding) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
      .join(', ');
}

function setDefaults(binding: { roleRef?: Partial<Binding['roleRef']>; subjects?: Subject[] }): void {
  binding.roleRef = { apiGroup: group, ...binding.roleRef };
  for (const subject of binding.subjects ?? [])
    if (subject.kind !== 'ServiceAccount') subject.apiGroup ??= group;
}

function validateBinding({ roleRef, subjects = [] }: Binding, kinds: readonly string[]): FieldError[] {
  return [
    ...validateRoleRef(roleRef, kinds),
    ...subjects.flatMap((subject, index) => validateSubject(subject, `subjects[${index}]`)),
  ];
}

function validateRoleRef(
  roleRef: Partial<Binding['roleRef']> | undefined,
  kinds: readonly string[],
): FieldError[] {
  const { apiGroup = '', kind = '', name } = roleRef ?? {};
  return [
    ...(apiGroup === group ? [] : [notSupported('roleRef.apiGroup', apiGroup, [group])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...(name ? [] : [required('roleRef.name')]),
  ];
}

function validateSubject({ kind, name, namespace }: Subject, field: string): FieldError[] {
  if (!name) return [required(`${field}.name`)];
  if (kind === 'ServiceAccount') return namespace ? [] : [required(`${field}.namespace`)];
  const kinds = ['Group', 'ServiceAccount', 'User'];
  return kinds.includes(kind) ? [] : [notSupported(`${field}.kind`, kind, kinds)];
}
