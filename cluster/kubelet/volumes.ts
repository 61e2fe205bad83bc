import type { Pod, Volume, VolumeProjection } from 'kubernetes-types/core/v1.js';
import type { KeyToPath } from 'kubernetes-types/core/v1.js';
import type { Clientset } from '../client/clientset.ts';
import type { Clock } from '../../base/clock.ts';
import type { Stored } from '../client/resource-client.ts';
import { fieldValue } from './downward-api.ts';
import type { PodFiles, VolumeFiles } from './pod-files.ts';

/** For whom a token is issued. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod: { readonly name: string; readonly uid: string };
}

/** Issues a token that names a pod and its service account. */
export type IssueToken = (request: TokenRequest, lifetimeSeconds: number) => string;

const defaultTokenSeconds = 3600;
// The kubelet renews a token after four fifths of its life.
const renewedAfter = 0.8;
/** How long to wait before volumes that could not be filled are tried again. */
export const volumeRetryMs = 2000;

/**
 * Fills a pod's volumes and keeps its tokens fresh. Returns what ends that. Where the files cannot be written anew later on, because a
 * source is gone by then, say, they stay as they are: `onFailed` is told, and it is tried again.
 * @throws Error that names a volume of an unsupported type, with a missing source or with a path that leads out of it
 */
export function mountVolumes(
  context: { kube: Clientset; clock: Clock; issueToken: IssueToken },
  pod: Stored<Pod>,
  podIP: string,
  files: PodFiles,
  onFailed: (error: unknown) => void,
): () => void {
  const mount = () => {
    for (const volume of pod.spec?.volumes ?? [])
      files.write(volume, volumeFiles(context, pod, podIP, volume));
  };
  const renewalMs = shortestTokenSeconds(pod) * 1000 * renewedAfter;
  let cancel = () => {};
  const renewAfter = (delayMs: number) => {
    if (Number.isFinite(delayMs)) cancel = context.clock.after(delayMs, renew);
  };
  const renew = () => {
    try {
      mount();
      renewAfter(renewalMs);
    } catch (error) {
      onFailed(error);
      renewAfter(volumeRetryMs);
    }
  };
  mount();
  renewAfter(renewalMs);
  return () => cancel();
}

function volumeFiles(
  context: { kube: Clientset; issueToken: IssueToken },
  pod: Stored<Pod>,
  podIP: string,
  volume: Volume,
): VolumeFiles {
  if (volume.emptyDir) return {};
  if (volume.configMap)
    return configMapFiles(
      context.kube,
      pod,
      volume.configMap.name,
      volume.configMap.items,
      volume.configMap.optional,
    );
  if (volume.projected)
    return Object.assign(
      {},
      ...(volume.projected.sources ?? []).map((source) => projectedFiles(context, pod, podIP, source)),
    ) as VolumeFiles;
  throw new Error(
    `volume ${volume.name}: only emptyDir, configMap and projected are supported by the embedded kubelet`,
  );
}

function projectedFiles(
  { kube, issueToken }: { kube: Clientset; issueToken: IssueToken },
  pod: Stored<Pod>,
  podIP: string,
  { serviceAccountToken, configMap, downwardAPI }: VolumeProjection,
): VolumeFiles {
  if (serviceAccountToken) {
    const request: TokenRequest = {
      namespace: pod.metadata.namespace ?? '',
      serviceAccount: pod.spec?.serviceAccountName ?? 'default',
      pod: { name: pod.metadata.name, uid: pod.metadata.uid },
    };
    const lifetime = serviceAccountToken.expirationSeconds ?? defaultTokenSeconds;
    return { [serviceAccountToken.path]: issueToken(request, lifetime) };
  }
  if (configMap) return configMapFiles(kube, pod, configMap.name, configMap.items, configMap.optional);
  if (downwardAPI)
    return Object.fromEntries(
      (downwardAPI.items ?? []).map(({ path, fieldRef }) => [
        path,
        fieldValue(pod, podIP, fieldRef ?? { fieldPath: '' }),
      ]),
    );
  throw new Error('a projected source of this type is not supported by the embedded kubelet');
}

function configMapFiles(
  kube: Clientset,
  pod: Stored<Pod>,
  name = '',
  items: KeyToPath[] | undefined,
  optional = false,
): VolumeFiles {
  const data = kube.configMaps.find(pod.metadata.namespace ?? null, name)?.data;
  if (!data && !optional) throw new Error(`configmap "${name}" not found`);
  if (!items) return data ?? {};
  return Object.fromEntries(
    items.flatMap(({ key, path }) => (data?.[key] === undefined ? [] : [[path, data[key]]])),
  );
}

function shortestTokenSeconds(pod: Stored<Pod>): number {
  const sources = (pod.spec?.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? []);
  const lifetimes = sources.flatMap(({ serviceAccountToken }) =>
    serviceAccountToken ? [serviceAccountToken.expirationSeconds ?? defaultTokenSeconds] : [],
  );
  return Math.min(...lifetimes);
}
