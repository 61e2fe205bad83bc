import type { Namespace } from 'kubernetes-types/core/v1.js';
import { namespaceSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

/** A deleted namespace stays, Terminating, until its contents are gone and its finalizer is taken away. */
export const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  schema: namespaceSchema,
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: ['status', 'finalize'],
  nameRule: 'dnsLabel',
  undeletable: ['default', 'kube-system', 'kube-public'],
  columns: [
    { name: 'Status', description: 'Its phase.', cell: ({ status }) => status?.phase ?? '' },
    ageColumn,
  ],
  selectableFields: ({ status }) => ({ 'status.phase': status?.phase }),
  setDefaults(namespace) {
    namespace.metadata = {
      ...namespace.metadata,
      labels: {
        ...namespace.metadata?.labels,
        'kubernetes.io/metadata.name': namespace.metadata?.name ?? '',
      },
    };
  },
  prepareForCreate(namespace) {
    namespace.spec = { finalizers: ['kubernetes'] };
    namespace.status = { phase: 'Active' };
  },
  prepareForDeletion(namespace) {
    namespace.status = { ...namespace.status, phase: 'Terminating' };
  },
  prepareForUpdate(namespace, existing) {
    if (existing.spec) namespace.spec = existing.spec;
  },
});
