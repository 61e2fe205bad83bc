import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { validateEndpointAddress } from '../addresses.ts';
import { immutable, notSupported, required } from '../field-error.ts';
import { endpointSliceSchema } from '../schema/network.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

const addressTypes = ['IPv4', 'IPv6', 'FQDN'];

export const endpointSlices = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  schema: endpointSliceSchema,
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  columns: [
    { name: 'AddressType', description: 'What its addresses are.', cell: ({ addressType }) => addressType },
    {
      name: 'Ports',
      description: 'Ports of each endpoint.',
      cell: ({ ports = [] }) =>
        summary(
          ports.map(({ port }) => (port === undefined ? '*' : String(port))),
          '<unset>',
        ),
    },
    {
      name: 'Endpoints',
      description: 'Addresses of the endpoints.',
      cell: (slice) =>
        summary(
          endpointsOf(slice).map(({ addresses }) => addresses.join(',')),
          '<unset>',
        ),
    },
    ageColumn,
  ],
  setDefaults({ ports }) {
    for (const port of ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate: (slice) => [
    ...validateAddressType(slice.addressType),
    ...endpointsOf(slice).flatMap(({ addresses }, index) =>
      addresses.length === 0
        ? [required(`endpoints[${index}].addresses`, 'must contain at least 1 address')]
        : slice.addressType === 'FQDN'
          ? []
          : addresses.flatMap((ip, at) =>
              validateEndpointAddress(`endpoints[${index}].addresses[${at}]`, ip),
            ),
    ),
  ],
  validateUpdate: (slice, existing) =>
    slice.addressType === existing.addressType ? [] : [immutable('addressType', slice.addressType)],
  generationOf: ({ addressType, endpoints, ports, metadata }) => [
    addressType,
    endpoints,
    ports,
    metadata?.labels,
  ],
});

function validateAddressType(type: string | undefined) {
  if (!type) return [required('addressType')];
  return addressTypes.includes(type) ? [] : [notSupported('addressType', type, addressTypes)];
}

function summary(values: readonly string[], none: string): string {
  if (values.length === 0) return none;
  const more = values.length > 3 ? ` + ${values.length - 3} more...` : '';
  return values.slice(0, 3).join(',') + more;
}

// Required by the type, but absent in a slice without endpoints.
const endpointsOf = ({ endpoints }: Partial<EndpointSlice>) => endpoints ?? [];
