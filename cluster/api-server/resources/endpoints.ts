import type { EndpointSubset, Endpoints } from 'kubernetes-types/core/v1.js';
import { invalidValue, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { validateEndpointAddress } from '../addresses.ts';
import { endpointsSchema } from '../schema/network.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  schema: endpointsSchema,
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  columns: [
    { name: 'Endpoints', description: 'Ready addresses with their ports.', cell: addressesCell },
    ageColumn,
  ],
  createOnUpdate: true,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  setDefaults({ subsets = [] }) {
    for (const port of subsets.flatMap((subset) => subset.ports ?? [])) port.protocol ??= 'TCP';
  },
  validate: ({ subsets = [] }) =>
    subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`)),
});

function validateSubset(subset: EndpointSubset, field: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const errors = [
    ...addresses.flatMap(({ ip }, index) => validateEndpointAddress(`${field}.addresses[${index}].ip`, ip)),
    ...notReadyAddresses.flatMap(({ ip }, index) =>
      validateEndpointAddress(`${field}.notReadyAddresses[${index}].ip`, ip),
    ),
    ...ports.flatMap(({ port }, index) =>
      port >= 1 && port <= 65535
        ? []
        : [invalidValue(`${field}.ports[${index}].port`, port, 'must be between 1 and 65535, inclusive')],
    ),
  ];
  if (addresses.length + notReadyAddresses.length === 0)
    errors.unshift(required(field, 'must specify `addresses` or `notReadyAddresses`'));
  return errors;
}

function addressesCell({ subsets = [] }: Endpoints): string {
  const shown = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  );
  if (shown.length === 0) return '<none>';
  const more = shown.length > 3 ? ` + ${shown.length - 3} more...` : '';
  return shown.slice(0, 3).join(',') + more;
}
