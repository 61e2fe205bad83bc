import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { ageColumn } from '../column.ts';
import { formatLabelSelector } from '../label-selector.ts';
import { defineResource } from '../resource.ts';
import { networkPolicySchema } from '../schema/policy.ts';

/** They are kept, and nothing more: nothing is enforced on processes. */
export const networkPolicies = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  schema: networkPolicySchema,
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  columns: [
    {
      name: 'Pod-Selector',
      description: 'Whose traffic it is about.',
      cell: ({ spec }) => formatLabelSelector(spec?.podSelector),
    },
    ageColumn,
  ],
});
