import type { ServiceAccount } from 'kubernetes-types/core/v1.js';
import { serviceAccountSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

export const serviceAccounts = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  schema: serviceAccountSchema,
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  subresources: ['token'],
  columns: [
    {
      name: 'Secrets',
      description: 'How many secrets it refers to.',
      cell: ({ secrets = [] }) => secrets.length,
    },
    ageColumn,
  ],
  returnsDeleted: true,
});
