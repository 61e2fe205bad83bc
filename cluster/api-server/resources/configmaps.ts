import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import { configMapSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';
import { validateDataKeys, validateDistinctKeys } from './data-keys.ts';

export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  schema: configMapSchema,
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  columns: [
    {
      name: 'Data',
      description: 'How many entries it has.',
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
  validate: (configMap) => [
    ...validateDataKeys('data', configMap.data),
    ...validateDataKeys('binaryData', configMap.binaryData),
    ...validateDistinctKeys(configMap),
  ],
});
