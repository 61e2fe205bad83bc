import type { EndpointAddress, Endpoints, EndpointSubset, Pod, Service } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import type { Clientset } from '../client/clientset.ts';
import type { Stored } from '../client/resource-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { isReady } from './pod-conditions.ts';
import { groupByPorts, podsOf, watchServices } from './service-pods.ts';

const managedBy = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };

/**
 * Keeps an Endpoints object for each service with a selector, and deletes it with the service. Others it leaves
 * alone. Returns what ends that.
 */
export function startEndpointsController({ kube, clock }: ControllerContext): () => void {
  return watchServices(kube, clock, (namespace, name) => reconcile(kube, namespace, name));
}

function reconcile(kube: Clientset, namespace: string, name: string): void {
  const service = kube.services.find(namespace, name);
  const existing = kube.endpoints.find(namespace, name);
  if (!service) {
    if (existing) kube.endpoints.delete(existing);
    return;
  }
  const pods = podsOf(kube, service);
  if (!pods) return;
  const subsets = subsetsOf(service, pods);
  const labels = { ...service.metadata.labels, ...managedBy };
  if (isDeepStrictEqual([existing?.subsets ?? [], existing?.metadata.labels], [subsets, labels])) return;
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...(existing?.metadata ?? { name, namespace }), labels },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
  if (existing) kube.endpoints.update(endpoints);
  else kube.endpoints.create(endpoints);
}

function subsetsOf(service: Stored<Service>, pods: readonly Stored<Pod>[]): EndpointSubset[] {
  const wantsAll = service.spec?.publishNotReadyAddresses === true;
  const staying = pods.filter(({ metadata }) => wantsAll || metadata.deletionTimestamp === undefined);
  return groupByPorts(service, staying).map(({ ports, pods: group }) => {
    const addresses = group.filter((pod) => wantsAll || isReady(pod)).map(address);
    const notReadyAddresses = group.filter((pod) => !wantsAll && !isReady(pod)).map(address);
    return {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ports: ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })),
    };
  });
}

function address({ metadata, spec, status }: Stored<Pod>): EndpointAddress {
  const { name, namespace = '', uid } = metadata;
  return {
    ip: status?.podIP ?? '',
    ...(spec?.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}
