import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type {
  ConfigMap,
  Endpoints,
  Event,
  Namespace,
  Node,
  Pod,
  Service,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { Api } from '../api-server/api.ts';
import { ResourceClient } from './resource-client.ts';

/** A typed client for each resource that the cluster's moving parts read or write. */
export type Clientset = ReturnType<typeof clientset>;

/** The typed clients of `api`. */
export function clientset(api: Api) {
  return {
    configMaps: new ResourceClient<ConfigMap>(api, { group: '', resource: 'configmaps' }),
    deployments: new ResourceClient<Deployment>(api, { group: 'apps', resource: 'deployments' }),
    endpoints: new ResourceClient<Endpoints>(api, { group: '', resource: 'endpoints' }),
    endpointSlices: new ResourceClient<EndpointSlice>(api, {
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
    }),
    events: new ResourceClient<Event>(api, { group: '', resource: 'events' }),
    namespaces: new ResourceClient<Namespace>(api, { group: '', resource: 'namespaces' }),
    nodes: new ResourceClient<Node>(api, { group: '', resource: 'nodes' }),
    podDisruptionBudgets: new ResourceClient<PodDisruptionBudget>(api, {
      group: 'policy',
      resource: 'poddisruptionbudgets',
    }),
    pods: new ResourceClient<Pod>(api, { group: '', resource: 'pods' }),
    replicaSets: new ResourceClient<ReplicaSet>(api, { group: 'apps', resource: 'replicasets' }),
    serviceAccounts: new ResourceClient<ServiceAccount>(api, { group: '', resource: 'serviceaccounts' }),
    services: new ResourceClient<Service>(api, { group: '', resource: 'services' }),
  };
}
