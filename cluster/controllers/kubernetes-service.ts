import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { kubernetesServiceIP } from '../api-server/service-addresses.ts';
import type { ResourceClient, Writable } from '../client/resource-client.ts';
import { WorkQueue } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';

const metadata = { name: 'kubernetes', namespace: 'default' };
const port = { name: 'https', protocol: 'TCP' };

/** Where the API server listens, as pods reach it. */
export interface ApiServerEndpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Keeps the Service by which pods find the API server, `kubernetes` in the namespace `default`, with its Endpoints and its
 * EndpointSlice: one that is deleted is made again. In Kubernetes the API server itself does that. Returns what ends it.
 */
export function startKubernetesServiceController(
  { kube, clock }: ControllerContext,
  apiServer: ApiServerEndpoint,
): () => void {
  const published = [
    publish(kube.services, {
      metadata: { ...metadata, labels: serviceLabels },
      spec: serviceSpec(apiServer),
    }),
    publish(kube.endpoints, {
      // Kubernetes would make a second slice of it otherwise.
      metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: apiServer.address }], ports: [{ ...port, port: apiServer.port }] }],
    }),
    publish(kube.endpointSlices, {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [apiServer.address], conditions: { ready: true } }],
      ports: [{ ...port, port: apiServer.port }],
    }),
  ];
  const queue = new WorkQueue(clock, () => {
    for (const { createWhereMissing } of published) createWhereMissing();
    return undefined;
  });
  queue.add(metadata.name);
  const ends = published.map(({ onDeleted }) => onDeleted(() => queue.add(metadata.name)));
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

const serviceLabels = { component: 'apiserver', provider: 'kubernetes' };

const serviceSpec = (apiServer: ApiServerEndpoint): ServiceSpec => ({
  clusterIP: kubernetesServiceIP,
  ports: [{ ...port, port: 443, targetPort: apiServer.port }],
});

/** How one object is made, and how one hears of its deletion. */
function publish<T extends Writable>(client: ResourceClient<T>, object: T) {
  return {
    createWhereMissing: () => client.find(metadata.namespace, metadata.name) ?? client.create(object),
    onDeleted: (callback: () => void) =>
      client.watch(
        (type) => {
          if (type === 'DELETED') callback();
        },
        { namespace: metadata.namespace, fieldSelector: `metadata.name=${metadata.name}` },
      ),
  };
}
