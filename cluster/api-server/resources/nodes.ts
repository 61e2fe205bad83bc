import type { Node } from 'kubernetes-types/core/v1.js';
import { nodeSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import { ageColumn } from '../column.ts';

export const nodes = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  schema: nodeSchema,
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  columns: [
    { name: 'Status', description: 'Whether it can run pods.', cell: condition },
    { name: 'Roles', description: 'What its labels say it is for.', cell: roles },
    ageColumn,
    {
      name: 'Version',
      description: 'Version of its kubelet.',
      cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    },
    {
      name: 'Internal-IP',
      wide: true,
      description: 'Its address inside the cluster.',
      cell: (node) => address(node, 'InternalIP'),
    },
    {
      name: 'External-IP',
      wide: true,
      description: 'Its address outside of the cluster.',
      cell: (node) => address(node, 'ExternalIP'),
    },
    {
      name: 'OS-Image',
      wide: true,
      description: 'Its operating system.',
      cell: ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    },
    {
      name: 'Kernel-Version',
      wide: true,
      description: 'Version of its kernel.',
      cell: ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    },
    {
      name: 'Container-Runtime',
      wide: true,
      description: 'What runs its containers, and the version of that.',
      cell: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    },
  ],
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  setDefaults(node) {
    node.spec ??= {};
    const status = (node.status ??= {});
    status.daemonEndpoints ??= { kubeletEndpoint: { Port: 0 } };
    status.nodeInfo ??= {
      architecture: '',
      bootID: '',
      containerRuntimeVersion: '',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: '',
      machineID: '',
      operatingSystem: '',
      osImage: '',
      systemUUID: '',
    };
    if (status.capacity) status.allocatable ??= { ...status.capacity };
  },
});

function condition({ status, spec }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

function roles({ metadata }: Node): string {
  const prefix = 'node-role.kubernetes.io/';
  const found = Object.entries(metadata?.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return [key.slice(prefix.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return found.sort().join(',') || '<none>';
}

function address({ status }: Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
}
