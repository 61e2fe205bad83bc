import type { ConfigMap, Namespace } from 'kubernetes-types/core/v1.js';
import type { Api } from '../api-server/api.ts';
import { nameOf } from '../api-server/resource.ts';
import type { Resource } from '../api-server/resource.ts';
import type { Clientset } from '../client/clientset.ts';
import { ResourceClient } from '../client/resource-client.ts';
import type { Stored, Writable } from '../client/resource-client.ts';
import { WorkQueue } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';

const rootCa = 'kube-root-ca.crt';
const emptyingRetryMs = 1000;

/**
 * Gives each namespace its default service account and the API server's certificate authority, and empties one that is
 * being deleted before it lets it go. Returns what ends that.
 *
 * @param kinds every kind of object that a namespace may hold
 * @param caPem the certificate authority, in PEM
 */
export function startNamespaceController(
  { api, kube, clock }: ControllerContext,
  kinds: readonly Resource[],
  caPem: string,
): () => void {
  const contents = kinds
    .filter(({ namespaced }) => namespaced)
    .map((kind) => new ResourceClient<Writable>(api, nameOf(kind)));
  const queue = new WorkQueue(clock, (name) => {
    const namespace = kube.namespaces.find(null, name);
    if (!namespace) return undefined;
    if (namespace.metadata.deletionTimestamp !== undefined) return empty(api, kube, contents, namespace);
    furnish(kube, name, caPem);
    return undefined;
  });
  const furniture = [kube.serviceAccounts, kube.configMaps];
  const ends = [
    kube.namespaces.watch((_, { metadata }) => queue.add(metadata.name)),
    ...furniture.map((client) =>
      (client as ResourceClient<Writable>).watch((type, { metadata: { namespace = '' } }) => {
        if (type === 'DELETED') queue.add(namespace);
      }),
    ),
  ];
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

function furnish({ serviceAccounts, configMaps }: Clientset, namespace: string, caPem: string): void {
  if (!serviceAccounts.find(namespace, 'default'))
    serviceAccounts.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    });
  const existing = configMaps.find(namespace, rootCa);
  const wanted: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: existing?.metadata ?? { name: rootCa, namespace },
    data: { 'ca.crt': caPem },
  };
  if (!existing) configMaps.create(wanted);
  else if (existing.data?.['ca.crt'] !== caPem) configMaps.update(wanted);
}

/** Deletes what is left in a namespace; once nothing is, takes away the finalizer that keeps it. */
function empty(
  api: Api,
  kube: Clientset,
  contents: readonly ResourceClient<Writable>[],
  namespace: Stored<Namespace>,
): number | undefined {
  const { name } = namespace.metadata;
  const left = () =>
    contents.flatMap((client) => client.list({ namespace: name }).map((object) => ({ client, object })));
  if (namespace.status?.phase !== 'Terminating')
    kube.namespaces.updateStatus({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } });
  for (const { client, object } of left())
    if (object.metadata.deletionTimestamp === undefined) client.delete(object);
  if (left().length > 0) return emptyingRetryMs;
  const { apiVersion, kind, metadata } = kube.namespaces.find(null, name) ?? namespace;
  const finalized = {
    apiVersion: apiVersion ?? 'v1',
    kind: kind ?? 'Namespace',
    metadata,
    spec: { finalizers: [] },
  };
  api.update({ group: '', resource: 'namespaces' }, null, finalized, 'finalize');
  return undefined;
}
