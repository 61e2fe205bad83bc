import type { Pod, Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import type { Stored } from '../client/resource-client.ts';
import { WorkQueue, keyOf, splitKey } from '../client/work-queue.ts';
import { hasEnded } from './pod-conditions.ts';

/** A service's port as one pod serves it. */
export interface ResolvedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/**
 * Calls `reconcile` with the namespace and name of each service, and again whenever the service, or a pod that it selects
 * or may have selected, changes. Returns what ends that.
 */
export function watchServices(
  kube: Clientset,
  clock: Clock,
  reconcile: (namespace: string, name: string) => void,
): () => void {
  const queue = new WorkQueue(clock, (key) => {
    const { namespace, name } = splitKey(key);
    reconcile(namespace, name);
    return undefined;
  });
  const ends = [
    kube.services.watch((_, { metadata }) => queue.add(keyOf(metadata.namespace, metadata.name))),
    // All services of the namespace: the pod's labels may have been others before.
    kube.pods.watch((_, { metadata: { namespace = '' } }) => {
      for (const { metadata } of kube.services.list({ namespace }))
        queue.add(keyOf(namespace, metadata.name));
    }),
  ];
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

/** The pods behind a service that have an address and have not ended; undefined for a service without selector. */
export function podsOf(kube: Clientset, { metadata, spec }: Stored<Service>): Stored<Pod>[] | undefined {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) return undefined;
  return kube.pods
    .list({ namespace: metadata.namespace ?? null })
    .filter((pod) => selector.every(([label, value]) => pod.metadata.labels?.[label] === value))
    .filter((pod) => pod.status?.podIP !== undefined && !hasEnded(pod));
}

/** The service's ports on one pod; without those that name a port that the pod does not have. */
export function resolvePorts(service: Service, pod: Pod): ResolvedPort[] {
  return (service.spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(servicePort, pod);
    const { name = '', protocol = 'TCP' } = servicePort;
    return port === undefined ? [] : [{ name, port, protocol }];
  });
}

function targetPort(
  { targetPort: target, port, protocol = 'TCP' }: ServicePort,
  { spec }: Pod,
): number | undefined {
  if (typeof target !== 'string') return target ?? port;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...(spec?.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []);
  return ports.find(({ name, protocol: own = 'TCP' }) => name === target && own === protocol)?.containerPort;
}

/** Groups pods that serve a service on the same ports. */
export function groupByPorts(
  service: Service,
  pods: readonly Stored<Pod>[],
): { readonly ports: ResolvedPort[]; readonly pods: Stored<Pod>[] }[] {
  const groups = new Map<string, { ports: ResolvedPort[]; pods: Stored<Pod>[] }>();
  for (const pod of pods) {
    const ports = resolvePorts(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()];
}
