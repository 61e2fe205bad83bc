import type { Service } from 'kubernetes-types/core/v1.js';
import type { Api } from '../api-server/api.ts';
import { clientset } from '../client/clientset.ts';
import type { Clientset } from '../client/clientset.ts';
import type { Stored } from '../client/resource-client.ts';
import { NodePort } from './node-port.ts';
import { readyEndpoints } from './ready-endpoints.ts';

export interface ServiceProxyOptions {
  readonly api: Api;
  /** The port of 127.0.0.1 behind a pod's address and port; undefined while nothing listens there. */
  resolve(address: string, port: number): number | undefined;
  /** Told of a node port that cannot be listened on, in an Error that names it. */
  onError(error: Error): void;
}

/** Listens on the node ports of all services and forwards to their ready pods in turn. */
export class ServiceProxy {
  readonly #kube: Clientset;
  readonly #options: ServiceProxyOptions;
  /** By `key`; a promise of undefined is a port that could not be listened on. */
  readonly #nodePorts = new Map<string, Promise<NodePort | undefined>>();
  readonly #exposed: NodePort[] = [];
  #isStopped = false;
  readonly #endWatch: () => void;
  #turn = 0;

  constructor(options: ServiceProxyOptions) {
    this.#options = options;
    this.#kube = clientset(options.api);
    this.#endWatch = this.#kube.services.watch((type, service) => {
      this.#follow(service, type === 'DELETED' ? [] : wantedPorts(service));
    });
  }

  /**
   * Listens on one more port of 127.0.0.1 for a service's port of that name (empty for one without); 0 takes any free
   * one, until `stop`. Resolves with the port. Rejects with an Error that names a port that is in use.
   */
  async expose(namespace: string, service: string, portName: string, port: number): Promise<number> {
    const exposed = await NodePort.open(port, () => this.#pick(namespace, service, portName));
    if (this.#isStopped) exposed.close();
    else this.#exposed.push(exposed);
    return exposed.port;
  }

  /** Resolves when the node ports of the services that exist now are listened on, or have been told to `onError`. */
  async listening(): Promise<void> {
    await Promise.all(this.#nodePorts.values());
  }

  /** Closes all ports, and resets the connections that are left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWatch();
    for (const exposed of this.#exposed) exposed.close();
    for (const opening of this.#nodePorts.values()) (await opening)?.close();
    this.#nodePorts.clear();
  }

  #follow(service: Stored<Service>, wanted: readonly WantedPort[]): void {
    const { namespace = '', name, uid } = service.metadata;
    const keys = new Map(wanted.map((port) => [`${uid} ${port.name} ${port.nodePort}`, port]));
    for (const [key, opening] of this.#nodePorts) {
      if (!key.startsWith(`${uid} `) || keys.has(key)) continue;
      this.#nodePorts.delete(key);
      void opening.then((nodePort) => nodePort?.close());
    }
    for (const [key, port] of keys)
      if (!this.#nodePorts.has(key)) this.#nodePorts.set(key, this.#openNodePort(namespace, name, port));
  }

  #openNodePort(namespace: string, service: string, port: WantedPort): Promise<NodePort | undefined> {
    const pick = () => this.#pick(namespace, service, port.name);
    return NodePort.open(port.nodePort, pick).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.onError(new Error(`service ${namespace}/${service}: ${why}`, { cause: error }));
      return undefined;
    });
  }

  /** The next ready pod's port. A pod that is ready by the API but does not listen any more is passed over. */
  #pick(namespace: string, service: string, portName: string): number | undefined {
    const labelSelector = `kubernetes.io/service-name=${service}`;
    const slices = this.#kube.endpointSlices.list({ namespace, labelSelector });
    const ports = readyEndpoints(slices, portName).flatMap(
      ({ address, port }) => this.#options.resolve(address, port) ?? [],
    );
    this.#turn += 1;
    return ports[this.#turn % ports.length];
  }
}

interface WantedPort {
  readonly name: string;
  readonly nodePort: number;
}

function wantedPorts({ spec }: Service): WantedPort[] {
  return (spec?.ports ?? []).flatMap(({ name = '', nodePort = 0, protocol = 'TCP' }) =>
    nodePort > 0 && protocol === 'TCP' ? [{ name, nodePort }] : [],
  );
}
