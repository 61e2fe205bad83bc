import type { Container, EnvVar, Pod } from 'kubernetes-types/core/v1.js';
import type { Clientset } from '../client/clientset.ts';
import type { Stored } from '../client/resource-client.ts';
import type { ContainerProcess } from './container-runtime.ts';
import { fieldValue } from './downward-api.ts';
import type { ImageConfig } from './kubelet-context.ts';
import { preload } from './pod-network.ts';
import { expandVariables } from './variable-expansion.ts';

const clusterDomain = 'cluster.local';

/** What a container's process needs to know besides its pod's spec. */
export interface ContainerSurroundings {
  readonly podIP: string;
  /** The pod's folder of the network. */
  readonly networkFolder: string;
  /** The root of the container's view of files. */
  readonly root: string;
  readonly apiServer: { readonly host: string; readonly port: number };
  readonly image: ImageConfig;
}

/**
 * The process that a container is: its command, arguments and environment, with variables expanded.
 * @throws Error that names what the container asks for and cannot have
 */
export function containerProcess(
  kube: Clientset,
  pod: Stored<Pod>,
  container: Container,
  surroundings: ContainerSurroundings,
): ContainerProcess {
  refuseUnsupported(container);
  const declared = declaredVariables(kube, pod, container, surroundings);
  const expand = (text: string) => expandVariables(text, declared);
  const { image } = surroundings;
  const args = container.args ?? (container.command ? [] : (image.args ?? []));
  return {
    command: [...(container.command?.map(expand) ?? image.command), ...args.map(expand)],
    env: { ...declared, ...nodeVariables(pod, declared, surroundings) },
    cwd: surroundings.root,
  };
}

function refuseUnsupported({ lifecycle, envFrom, volumeMounts = [] }: Container): void {
  if (lifecycle?.preStop) throw new Error('lifecycle.preStop is not supported by the embedded kubelet');
  if (lifecycle?.postStart) throw new Error('lifecycle.postStart is not supported by the embedded kubelet');
  if (volumeMounts.some(({ subPathExpr }) => subPathExpr))
    throw new Error('volumeMounts.subPathExpr is not supported by the embedded kubelet');
  if (envFrom?.length) throw new Error('envFrom is not supported by the embedded kubelet');
}

function declaredVariables(
  kube: Clientset,
  pod: Stored<Pod>,
  container: Container,
  { podIP, apiServer }: ContainerSurroundings,
): Record<string, string> {
  const variables: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOSTNAME: hostnameOf(pod),
    KUBERNETES_SERVICE_HOST: apiServer.host,
    KUBERNETES_SERVICE_PORT: String(apiServer.port),
    KUBERNETES_SERVICE_PORT_HTTPS: String(apiServer.port),
  };
  for (const variable of container.env ?? []) {
    const value = variableValue(kube, pod, podIP, variable);
    if (value !== undefined) variables[variable.name] = expandVariables(value, variables);
  }
  return variables;
}

function variableValue(
  kube: Clientset,
  pod: Stored<Pod>,
  podIP: string,
  { name, value, valueFrom }: EnvVar,
): string | undefined {
  if (!valueFrom) return value ?? '';
  if (valueFrom.fieldRef) return fieldValue(pod, podIP, valueFrom.fieldRef);
  const reference = valueFrom.configMapKeyRef;
  if (!reference)
    throw new Error(`env ${name}: only fieldRef and configMapKeyRef are supported by the embedded kubelet`);
  const configMap = kube.configMaps.find(pod.metadata.namespace ?? null, reference.name ?? '');
  const found = configMap?.data?.[reference.key];
  if (found !== undefined || reference.optional) return found;
  if (!configMap) throw new Error(`configmap "${reference.name ?? ''}" not found`);
  throw new Error(
    `couldn't find key ${reference.key} in ConfigMap ${pod.metadata.namespace ?? ''}/${configMap.metadata.name}`,
  );
}

/** What makes a process on this machine see its pod's network and files. */
function nodeVariables(
  pod: Stored<Pod>,
  declared: Readonly<Record<string, string>>,
  { networkFolder, root }: ContainerSurroundings,
): Record<string, string> {
  return {
    CONTAINER_SANDBOX_MOUNT_POINT: root,
    POD_NETWORK: networkFolder,
    POD_HOSTNAME: hostnameOf(pod),
    POD_DNS_SEARCH: [
      `${pod.metadata.namespace ?? ''}.svc.${clusterDomain}`,
      `svc.${clusterDomain}`,
      clusterDomain,
    ].join(' '),
    NODE_OPTIONS: `--import ${preload.href} ${declared.NODE_OPTIONS ?? ''}`.trim(),
  };
}

/** A host name has at most 63 characters, and ends in a letter or digit. */
const hostnameOf = ({ metadata, spec }: Stored<Pod>) =>
  spec?.hostname ?? metadata.name.slice(0, 63).replace(/[-.]+$/, '');
