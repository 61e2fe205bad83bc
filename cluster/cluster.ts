import { ApiServer } from './api-server/api-server.ts';
import type { Registry } from './api-server/registry.ts';
import { resources } from './api-server/resources.ts';
import { backgroundClock } from '../base/clock.ts';
import { startControllers } from './controllers/controllers.ts';
import { imageCommand } from '../local/images.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import { ServiceProxy } from './service-proxy/service-proxy.ts';

/** The name of the cluster's one node, and of its context in the kubeconfig. */
export const clusterName = 'minikube';

export interface EmbeddedClusterOptions {
  /** A folder for the pods' files, made and removed by the cluster. */
  readonly folder: string;
  /** Files of others to remove, in this order, when all processes have ended, however this process ends. */
  readonly removeAtEnd?: readonly string[];
  /** Told of a node port that cannot be listened on, in an Error that names it. */
  readonly onError: (error: Error) => void;
}

/** Kubernetes in this process: an API server, the controllers, one node and its service proxy. */
export class EmbeddedCluster {
  readonly apiServer: ApiServer;
  readonly kubelet: Kubelet;
  readonly serviceProxy: ServiceProxy;
  readonly #stopControllers: () => void;

  /** Starts one that is ready for objects. @throws Error where the folder cannot be made; nothing runs then */
  static async start(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
    let cluster: EmbeddedCluster;
    const apiServer = await ApiServer.create({
      read: (which, signal) => cluster.kubelet.logs.read(which, signal),
    });
    await apiServer.listen();
    try {
      cluster = new EmbeddedCluster(apiServer, options);
      return cluster;
    } catch (error) {
      await apiServer.close();
      throw error;
    }
  }

  private constructor(apiServer: ApiServer, { folder, removeAtEnd = [], onError }: EmbeddedClusterOptions) {
    const api = apiServer.registry;
    const { hostname, port } = new URL(apiServer.url);
    this.apiServer = apiServer;
    this.kubelet = new Kubelet({
      api,
      clock: backgroundClock,
      nodeName: clusterName,
      folder,
      removeAtEnd,
      apiServer: { host: hostname, port: Number(port) },
      resolveImage: imageCommand,
      issueToken: ({ namespace, serviceAccount, pod }, lifetimeSeconds) =>
        apiServer.issueToken({ namespace, serviceAccount, pod: pod.name }, lifetimeSeconds).token,
    });
    this.serviceProxy = new ServiceProxy({
      api,
      resolve: (address, podPort) => this.kubelet.network.resolve(address, podPort),
      onError,
    });
    this.#stopControllers = startControllers({
      api,
      clock: backgroundClock,
      kinds: resources,
      caPem: apiServer.caCertificate,
    });
  }

  /** The objects, for the programs in this process. */
  get api(): Registry {
    return this.apiServer.registry;
  }

  /** The administrator's kubeconfig, as YAML. */
  get kubeconfig(): string {
    return this.apiServer.kubeconfig(clusterName);
  }

  /** Kills every container, closes every port and removes the files. Resolves when no process is left. */
  async stop(): Promise<void> {
    this.#stopControllers();
    await Promise.all([this.serviceProxy.stop(), this.apiServer.close(), this.kubelet.stop()]);
  }
}
