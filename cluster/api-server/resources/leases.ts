import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { invalidValue } from '../field-error.ts';
import { leaseSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  schema: leaseSchema,
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  columns: [
    { name: 'Holder', description: 'Who holds the lease.', cell: ({ spec }) => spec?.holderIdentity ?? '' },
    ageColumn,
  ],
  createOnUpdate: true,
  needsResourceVersion: true,
  setDefaults(lease) {
    lease.spec ??= {};
  },
  validate({ spec }) {
    const errors = [];
    if (spec?.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
      errors.push(
        invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'),
      );
    if (spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0)
      errors.push(
        invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'),
      );
    return errors;
  },
});
