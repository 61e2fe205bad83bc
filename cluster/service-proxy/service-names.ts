import type { Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { Stored } from '../client/resource-client.ts';
import { readyAddresses } from './ready-endpoints.ts';

/** The name of a Service in the cluster's DNS; pods find it by its beginning too. */
export const serviceDnsName = ({ metadata: { name, namespace = '' } }: Stored<Service>): string =>
  `${name}.${namespace}.svc.cluster.local`;

/**
 * What the name of a Service stands for: its cluster IP, the ready endpoints of one that has none (headless), or the name
 * that one of type ExternalName gives.
 *
 * The rules are those of Kubernetes' DNS specification, https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function serviceTargets({ spec = {} }: Stored<Service>, slices: readonly EndpointSlice[]): string[] {
  if (spec.type === 'ExternalName') return [spec.externalName ?? ''];
  if (spec.clusterIP !== 'None') return [spec.clusterIP ?? ''];
  return [...new Set(slices.flatMap(readyAddresses))];
}
