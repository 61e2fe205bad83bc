import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import { nameOf } from '../api-server/resource.ts';
import type { Resource } from '../api-server/resource.ts';
import { ResourceClient } from '../client/resource-client.ts';
import type { Stored, Writable } from '../client/resource-client.ts';
import { WorkQueue } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';

/** An object with what tells where to find it. */
interface Item {
  readonly kind: Resource;
  readonly client: ResourceClient<Writable>;
  readonly object: Stored<Writable>;
}

/**
 * Deletes objects whose owners are all gone, and sees to the dependents of an object that was deleted in the foreground
 * or as an orphan's parent. A namespaced owner is looked for in the dependent's own namespace only: one elsewhere
 * counts as gone. Returns what ends that.
 *
 * @param kinds every kind of object that may own or be owned
 */
export function startGarbageCollector(
  { api, clock }: ControllerContext,
  kinds: readonly Resource[],
): () => void {
  const items = new Map<string, Item>();
  const clients = new Map(kinds.map((kind) => [kind, new ResourceClient<Writable>(api, nameOf(kind))]));
  const queue = new WorkQueue(clock, (uid) => {
    const item = items.get(uid);
    if (item) collect(item);
    return undefined;
  });

  const ends = [...clients].map(([kind, client]) =>
    client.watch((type, object) => {
      const { uid, ownerReferences = [] } = object.metadata;
      if (type === 'DELETED') items.delete(uid);
      else items.set(uid, { kind, client, object });
      queue.add(uid);
      for (const owner of ownerReferences) queue.add(owner.uid);
      if (type === 'DELETED')
        for (const dependent of dependents(uid)) queue.add(dependent.object.metadata.uid);
    }),
  );
  return () => {
    for (const end of ends) end();
    queue.stop();
  };

  function dependents(uid: string): Item[] {
    return [...items.values()].filter(({ object }) =>
      (object.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid),
    );
  }

  function collect(item: Item): void {
    const { finalizers = [], deletionTimestamp } = item.object.metadata;
    if (deletionTimestamp === undefined) deleteIfOwnerless(item);
    else if (finalizers.includes('orphan')) orphan(item);
    else if (finalizers.includes('foregroundDeletion')) deleteDependents(item);
  }

  function deleteIfOwnerless({ client, object }: Item): void {
    const references = object.metadata.ownerReferences ?? [];
    const present = references.filter((reference) => exists(reference, object));
    if (present.length === references.length) return;
    if (present.length === 0) client.delete(object);
    else client.update({ ...object, metadata: { ...object.metadata, ownerReferences: present } });
  }

  function exists(reference: OwnerReference, dependent: Stored<Writable>): boolean {
    const kind = kinds.find(
      (candidate) => candidate.kind === reference.kind && candidate.group === groupOf(reference.apiVersion),
    );
    const client = kind && clients.get(kind);
    // An owner of a kind that is not known here cannot be said to be gone.
    if (!client) return true;
    const { namespace } = dependent.metadata;
    if (kind.namespaced && namespace === undefined) return true;
    const owner = client.find(kind.namespaced ? (namespace ?? null) : null, reference.name);
    return owner?.metadata.uid === reference.uid;
  }

  function orphan(item: Item): void {
    const { uid } = item.object.metadata;
    for (const { client, object } of dependents(uid)) {
      const ownerReferences = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      client.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
    }
    removeFinalizer(item, 'orphan');
  }

  function deleteDependents(item: Item): void {
    const { uid } = item.object.metadata;
    const left = dependents(uid);
    for (const { client, object } of left)
      if (object.metadata.deletionTimestamp === undefined) client.delete(object);
    const isBlocked = left.some(({ object }) =>
      object.metadata.ownerReferences?.some(
        (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
      ),
    );
    if (!isBlocked) removeFinalizer(item, 'foregroundDeletion');
  }

  function removeFinalizer({ client, object }: Item, finalizer: string): void {
    const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    client.update({ ...object, metadata: { ...object.metadata, finalizers } });
  }
}

/** The group in an apiVersion. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
