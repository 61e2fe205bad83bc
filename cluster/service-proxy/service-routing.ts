import type { Service } from 'kubernetes-types/core/v1.js';
import type { Clientset } from '../client/clientset.ts';
import type { Stored } from '../client/resource-client.ts';
import type { ServiceRoutes } from '../kubelet/service-routes.ts';
import { readyEndpoints } from './ready-endpoints.ts';
import { serviceDnsName, serviceTargets } from './service-names.ts';

/**
 * Leads pods to Services by their names and cluster IPs, as kube-dns and kube-proxy do: to the ready endpoints of their
 * EndpointSlices, whoever wrote these.
 */
export class ServiceRouting {
  readonly #kube: Clientset;
  readonly #routes: ServiceRoutes;
  /** By the uid of the Service. */
  readonly #clusterIPs = new Map<string, string>();
  readonly #endWatches: readonly (() => void)[];

  constructor(kube: Clientset, routes: ServiceRoutes) {
    this.#kube = kube;
    this.#routes = routes;
    this.#endWatches = [
      kube.services.watch((type, service) => {
        if (type === 'DELETED') this.#forget(service);
        else this.#route(service);
      }),
      // All Services of the namespace: the slice may have been another's before.
      kube.endpointSlices.watch((_, { metadata: { namespace = '' } }) => {
        for (const service of kube.services.list({ namespace })) this.#route(service);
      }),
    ];
  }

  /** Follows the Services no more. What pods know of them stays. */
  stop(): void {
    for (const end of this.#endWatches) end();
  }

  #route(service: Stored<Service>): void {
    const { name, namespace = '', uid } = service.metadata;
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const slices = this.#kube.endpointSlices.list({ namespace, labelSelector });
    this.#routes.setName(serviceDnsName(service), serviceTargets(service, slices));
    const clusterIP = clusterIpOf(service);
    if (clusterIP !== this.#clusterIPs.get(uid)) this.#forgetClusterIp(uid);
    if (clusterIP === undefined) return;
    const ports = (service.spec?.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
    const endpoints = ports.map((one) => [one.port, readyEndpoints(slices, one.name ?? '')] as const);
    this.#routes.setAddress(clusterIP, new Map(endpoints));
    this.#clusterIPs.set(uid, clusterIP);
  }

  #forget(service: Stored<Service>): void {
    this.#routes.removeName(serviceDnsName(service));
    this.#forgetClusterIp(service.metadata.uid);
  }

  #forgetClusterIp(uid: string): void {
    const clusterIP = this.#clusterIPs.get(uid);
    if (clusterIP !== undefined) this.#routes.removeAddress(clusterIP);
    this.#clusterIPs.delete(uid);
  }
}

function clusterIpOf({ spec }: Service): string | undefined {
  if (spec?.type === 'ExternalName' || spec?.clusterIP === 'None') return undefined;
  return spec?.clusterIP;
}
