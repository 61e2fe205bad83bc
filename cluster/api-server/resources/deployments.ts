import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { forbiddenValue, immutable, notSupported } from '../field-error.ts';
import { isDeepStrictEqual } from 'node:util';
import { deploymentSchema } from '../schema/apps.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';
import { setTemplateDefaults, templateColumns, validateTemplateOwner } from './pod-template.ts';

export const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  schema: deploymentSchema,
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  statusHasAnnotations: true,
  columns: [
    {
      name: 'Ready',
      description: 'Ready pods, of how many.',
      cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    },
    {
      name: 'Up-to-date',
      description: 'Pods made from the present template.',
      cell: ({ status }) => status?.updatedReplicas ?? 0,
    },
    {
      name: 'Available',
      description: 'Pods that have been ready long enough.',
      cell: ({ status }) => status?.availableReplicas ?? 0,
    },
    ageColumn,
    ...templateColumns,
  ],
  setDefaults(deployment) {
    setTemplateDefaults(deployment);
    const { spec } = deployment;
    if (!spec) return;
    spec.progressDeadlineSeconds ??= 600;
    spec.revisionHistoryLimit ??= 10;
    const strategy = (spec.strategy ??= {});
    strategy.type ??= 'RollingUpdate';
    if (strategy.type === 'RollingUpdate')
      strategy.rollingUpdate = { maxSurge: '25%', maxUnavailable: '25%', ...strategy.rollingUpdate };
  },
  prepareForCreate(deployment) {
    deployment.status = {};
  },
  validate: (deployment) => [...validateTemplateOwner(deployment), ...validateStrategy(deployment)],
  validateUpdate: ({ spec }, existing) =>
    isDeepStrictEqual(spec?.selector, existing.spec?.selector)
      ? []
      : [immutable('spec.selector', spec?.selector)],
  generationOf: ({ spec, metadata }) => [spec, metadata?.annotations],
});

const strategies = ['Recreate', 'RollingUpdate'];

function validateStrategy({ spec }: Deployment) {
  const { type = '', rollingUpdate } = spec?.strategy ?? {};
  if (!strategies.includes(type) && spec) return [notSupported('spec.strategy.type', type, strategies)];
  return type === 'Recreate' && rollingUpdate
    ? [
        forbiddenValue(
          'spec.strategy.rollingUpdate',
          "may not be specified when strategy `type` is 'Recreate'",
        ),
      ]
    : [];
}
