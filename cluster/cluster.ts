import { ApiServer } from './api-server/api-server.ts';
import type { Registry } from './api-server/registry.ts';
import { resources } from './api-server/resources.ts';
import { backgroundClock } from '../base/clock.ts';
import { startControllers } from './controllers/controllers.ts';
import { startKubernetesServiceController } from './controllers/kubernetes-service.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import { nodeAddress } from './kubelet/pod-network.ts';
import type { ResolveImage } from './kubelet/kubelet-context.ts';
import { clientset } from './client/clientset.ts';
import { ServiceProxy } from './service-proxy/service-proxy.ts';
import { ServiceRouting } from './service-proxy/service-routing.ts';

/** The name of the cluster's one node, and of its context in the kubeconfig. */
export const clusterName = 'minikube';

/** What an embedded cluster is to be told. */
export interface EmbeddedClusterOptions {
  /** A folder for the pods' files, made and removed by the cluster. */
  readonly folder: string;
  /** The images that the cluster's node has. */
  readonly resolveImage: ResolveImage;
  /** The names of these, for whoever asks for another; left out: not told. */
  readonly imageNames?: readonly string[];
  /** Files of others to remove, in this order, when all processes have ended, however this process ends. */
  readonly removeAtEnd?: readonly string[];
  /** Told of a node port that cannot be listened on, in an Error that names it. */
  readonly onError: (error: Error) => void;
}

/** Kubernetes in this process: an API server, the controllers, one node and its service proxy. */
export class EmbeddedCluster {
  /** The API for clients outside of this process; can be closed and opened again. */
  readonly apiServer: ApiServer;
  /** The pods: their processes, logs and addresses. */
  readonly kubelet: Kubelet;
  /** The services' node ports. */
  readonly serviceProxy: ServiceProxy;
  readonly #stopControllers: () => void;
  readonly #serviceRouting: ServiceRouting;

  /** Starts one that is ready for objects. @throws Error where the folder cannot be made; nothing runs then */
  static async start(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
    let cluster: EmbeddedCluster;
    const apiServer = await ApiServer.create(
      { read: (which, signal) => cluster.kubelet.logs.read(which, signal) },
      {
        portOf: (pod, port) => cluster.kubelet.podProcesses.portOf(pod, port),
        exec: (which, events) => cluster.kubelet.podProcesses.exec(which, events),
      },
    );
    await apiServer.listen();
    try {
      cluster = new EmbeddedCluster(apiServer, options);
      return cluster;
    } catch (error) {
      await apiServer.close();
      throw error;
    }
  }

  private constructor(
    apiServer: ApiServer,
    { folder, resolveImage, imageNames = [], removeAtEnd = [], onError }: EmbeddedClusterOptions,
  ) {
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
      resolveImage,
      imageNames,
      issueToken: ({ namespace, serviceAccount, pod }, lifetimeSeconds) =>
        apiServer.issueToken({ namespace, serviceAccount, pod: pod.name }, lifetimeSeconds).token,
    });
    this.serviceProxy = new ServiceProxy({
      api,
      resolve: (address, podPort) => this.kubelet.network.resolve(address, podPort),
      onError,
    });
    this.#serviceRouting = new ServiceRouting(clientset(api), this.kubelet.network.services);
    const kubernetesService = { address: nodeAddress, port: Number(port) };
    const clock = backgroundClock;
    const stops = [
      startControllers({ api, clock, kinds: resources, caPem: apiServer.caCertificate }),
      startKubernetesServiceController({ api, clock, kube: clientset(api) }, kubernetesService),
    ];
    this.#stopControllers = () => {
      for (const stop of stops) stop();
    };
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
    this.#serviceRouting.stop();
    await Promise.all([this.serviceProxy.stop(), this.apiServer.close(), this.kubelet.stop()]);
  }
}
