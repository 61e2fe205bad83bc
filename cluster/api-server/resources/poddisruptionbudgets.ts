import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { ageColumn } from '../column.ts';
import { defineResource } from '../resource.ts';
import { podDisruptionBudgetSchema } from '../schema/policy.ts';

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  schema: podDisruptionBudgetSchema,
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  subresources: ['status'],
  columns: [
    {
      name: 'Min Available',
      description: 'How many pods must be left.',
      cell: ({ spec }) => spec?.minAvailable ?? 'N/A',
    },
    {
      name: 'Max Unavailable',
      description: 'How many pods may be away.',
      cell: ({ spec }) => spec?.maxUnavailable ?? 'N/A',
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      description: 'How many pods may be evicted now.',
      cell: ({ status }) => status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
  generationOf: ({ spec }) => spec,
});
