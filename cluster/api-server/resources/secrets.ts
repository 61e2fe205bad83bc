import type { Secret } from 'kubernetes-types/core/v1.js';
import { immutable } from '../field-error.ts';
import { secretSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';
import { validateDataKeys } from './data-keys.ts';

export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  schema: secretSchema,
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  columns: [
    { name: 'Type', description: 'What the secret is for.', cell: ({ type }) => type ?? '' },
    {
      name: 'Data',
      description: 'How many entries it has.',
      cell: ({ data = {} }) => Object.keys(data).length,
    },
    ageColumn,
  ],
  selectableFields: ({ type }) => ({ type }),
  setDefaults(secret) {
    secret.type ??= 'Opaque';
    if (!secret.stringData) return;
    const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, btoa8(text)]);
    secret.data = { ...secret.data, ...(Object.fromEntries(encoded) as Record<string, string>) };
    delete secret.stringData;
  },
  validate: ({ data }) => validateDataKeys('data', data),
  validateUpdate: (secret, existing) =>
    secret.type === existing.type ? [] : [immutable('type', secret.type)],
});

const btoa8 = (text: string) => Buffer.from(text).toString('base64');
