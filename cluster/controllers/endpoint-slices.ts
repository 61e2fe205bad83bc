import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import type { Endpoint, EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { isDeepStrictEqual } from 'node:util';
import type { Clientset } from '../client/clientset.ts';
import type { Stored } from '../client/resource-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { controllerReference } from './ownership.ts';
import { isReady } from './pod-conditions.ts';
import { groupByPorts, podsOf, resolvePorts, watchServices } from './service-pods.ts';
import type { ResolvedPort } from './service-pods.ts';

const serviceLabel = 'kubernetes.io/service-name';
const managedBy = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };

/**
 * Keeps the EndpointSlices of each service with a selector: one for each set of ports that its pods serve. They go with
 * the service by their owner reference. Returns what ends that.
 */
export function startEndpointSliceController({ kube, clock }: ControllerContext): () => void {
  return watchServices(kube, clock, (namespace, name) => reconcile(kube, namespace, name));
}

function reconcile(kube: Clientset, namespace: string, name: string): void {
  const service = kube.services.find(namespace, name);
  const pods = service && podsOf(kube, service);
  if (!pods || service.metadata.deletionTimestamp !== undefined) return;
  const labels = { ...service.metadata.labels, [serviceLabel]: name, ...managedBy };
  const ours = {
    namespace,
    labelSelector: `${serviceLabel}=${name},${Object.entries(managedBy)[0]?.join('=') ?? ''}`,
  };
  const surplus = kube.endpointSlices.list(ours);
  for (const wanted of slicesOf(service, pods)) {
    const same = surplus.findIndex(({ ports }) => isDeepStrictEqual(ports ?? [], wanted.ports));
    const [existing] = surplus.splice(same === -1 ? 0 : same, 1);
    write(kube, service, labels, existing, wanted);
  }
  for (const slice of surplus) kube.endpointSlices.delete(slice);
}

type Contents = Pick<EndpointSlice, 'endpoints' | 'ports'>;

/** What the slices should hold. A service without pods has one that is empty. */
function slicesOf(service: Stored<Service>, pods: readonly Stored<Pod>[]): Contents[] {
  const groups = groupByPorts(service, pods);
  if (groups.length === 0) return [{ endpoints: [], ports: slicePorts(resolvePorts(service, {})) }];
  return groups.map((group) => ({
    endpoints: group.pods.map((pod) => endpoint(pod, service.spec?.publishNotReadyAddresses === true)),
    ports: slicePorts(group.ports),
  }));
}

function slicePorts(ports: readonly ResolvedPort[]) {
  return ports.map(({ name, port, protocol }) => ({ name, port, protocol }));
}

function endpoint(pod: Stored<Pod>, wantsAll: boolean): Endpoint {
  const { name, namespace = '', uid, deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: wantsAll || (serving && !terminating), serving, terminating },
    ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

function write(
  kube: Clientset,
  service: Stored<Service>,
  labels: Record<string, string>,
  existing: Stored<EndpointSlice> | undefined,
  wanted: Contents,
): void {
  const { name, namespace = '' } = service.metadata;
  if (existing) {
    const before = [existing.endpoints, existing.ports ?? [], existing.metadata.labels];
    if (isDeepStrictEqual(before, [wanted.endpoints, wanted.ports, labels])) return;
    kube.endpointSlices.update({ ...existing, ...wanted, metadata: { ...existing.metadata, labels } });
    return;
  }
  kube.endpointSlices.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels,
      ownerReferences: [controllerReference({ apiVersion: 'v1', kind: 'Service', object: service })],
    },
    addressType: 'IPv4',
    ...wanted,
  });
}
