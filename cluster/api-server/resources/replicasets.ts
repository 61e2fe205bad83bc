import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { immutable } from '../field-error.ts';
import { replicaSetSchema } from '../schema/apps.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';
import { setTemplateDefaults, templateColumns, validateTemplateOwner } from './pod-template.ts';

export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  schema: replicaSetSchema,
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  columns: [
    {
      name: 'Desired',
      type: 'integer',
      description: 'Pods it shall have.',
      cell: ({ spec }) => spec?.replicas ?? 0,
    },
    {
      name: 'Current',
      type: 'integer',
      description: 'Pods it has.',
      cell: ({ status }) => status?.replicas ?? 0,
    },
    {
      name: 'Ready',
      type: 'integer',
      description: 'Pods that are ready.',
      cell: ({ status }) => status?.readyReplicas ?? 0,
    },
    ageColumn,
    ...templateColumns,
  ],
  setDefaults: setTemplateDefaults,
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  prepareForCreate(replicaSet) {
    replicaSet.status = { replicas: 0 };
  },
  validate: validateTemplateOwner,
  validateUpdate: ({ spec }, existing) =>
    isDeepStrictEqual(spec?.selector, existing.spec?.selector)
      ? []
      : [immutable('spec.selector', spec?.selector)],
  generationOf: ({ spec }) => spec,
});
