import type { Service } from 'kubernetes-types/core/v1.js';
import { invalidValue } from '../field-error.ts';
import { formatLabelSelector } from '../label-selector.ts';
import { serviceSchema } from '../schema/network.ts';
import { defineResource } from '../resource.ts';
import { allocateAddresses, keepAddresses } from '../service-addresses.ts';
import { ageColumn } from '../column.ts';
import { validateService } from './service-validation.ts';

export const services = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  schema: serviceSchema,
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'proxy'],
  nameRule: 'dnsLabel1035',
  createOnUpdate: true,
  returnsDeleted: true,
  columns: [
    { name: 'Type', description: 'How it can be reached.', cell: ({ spec }) => spec?.type ?? '' },
    {
      name: 'Cluster-IP',
      description: 'Its address in the cluster.',
      cell: ({ spec }) => spec?.clusterIP || '<none>',
    },
    { name: 'External-IP', description: 'Its addresses outside of the cluster.', cell: externalAddress },
    { name: 'Port(s)', description: 'Its ports, with those of the nodes.', cell: ports },
    ageColumn,
    {
      name: 'Selector',
      wide: true,
      description: 'Which pods it sends to.',
      cell: ({ spec }) => formatLabelSelector({ matchLabels: spec?.selector ?? {} }),
    },
  ],
  selectableFields: ({ spec }) => ({ 'spec.clusterIP': spec?.clusterIP, 'spec.type': spec?.type }),
  setDefaults(service) {
    const spec = (service.spec ??= {});
    spec.type ??= 'ClusterIP';
    spec.sessionAffinity ??= 'None';
    spec.internalTrafficPolicy ??= 'Cluster';
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster';
    for (const port of spec.ports ?? []) {
      port.protocol ??= 'TCP';
      port.targetPort ??= port.port;
    }
    service.status ??= { loadBalancer: {} };
  },
  prepareForCreate(service) {
    service.status = { loadBalancer: {} };
  },
  prepareForUpdate: keepAddresses,
  allocate: allocateAddresses,
  validate: validateService,
  validateUpdate: ({ spec }, existing) => validateClusterIp(spec?.clusterIP, existing.spec?.clusterIP),
});

function externalAddress({ spec, status }: Service): string {
  const given = spec?.externalIPs ?? [];
  if (spec?.type === 'ExternalName') return spec.externalName ?? '';
  if (spec?.type !== 'LoadBalancer') return given.join(',') || '<none>';
  const balancers = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return [...balancers, ...given].join(',') || '<pending>';
}

function ports({ spec }: Service): string {
  const shown = (spec?.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return shown.join(',') || '<none>';
}

const validateClusterIp = (now: string | undefined, before: string | undefined) =>
  !before || now === before ? [] : [invalidValue('spec.clusterIPs[0]', [now], 'may not change once set')];
