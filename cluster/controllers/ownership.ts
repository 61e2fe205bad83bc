import type { LabelSelector, OwnerReference } from 'kubernetes-types/meta/v1.js';
import { matchesLabelSelector } from '../api-server/label-selector.ts';
import type { ResourceClient, Stored, Writable } from '../client/resource-client.ts';

/** Who claims objects: an object with the kind that lists may leave out. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: Stored<Writable>;
}

/** A reference that makes `owner` the one controller of an object. */
export function controllerReference({ apiVersion, kind, object }: Owner): OwnerReference {
  const { name, uid } = object.metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The reference to an object's controller, if it has one. */
export function controllerOf({ metadata }: Writable): OwnerReference | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true);
}

/**
 * The objects in the owner's namespace that it controls and selects. Takes those that it selects and nobody
 * controls, and lets go of those that it controls but no longer selects.
 */
export function claim<T extends Writable>(
  client: ResourceClient<T>,
  owner: Owner,
  selector: LabelSelector,
): Stored<T>[] {
  const { namespace = null, uid } = owner.object.metadata;
  return client.list({ namespace }).flatMap((object) => {
    const controller = controllerOf(object);
    const selected = matchesLabelSelector(selector, object.metadata.labels ?? {});
    if (controller?.uid === uid) return selected ? [object] : release(client, object, uid);
    const isFree = !controller && object.metadata.deletionTimestamp === undefined;
    return selected && isFree ? [adopt(client, object, owner)] : [];
  });
}

function adopt<T extends Writable>(client: ResourceClient<T>, object: Stored<T>, owner: Owner): Stored<T> {
  return withOwners(client, object, [...(object.metadata.ownerReferences ?? []), controllerReference(owner)]);
}

function release<T extends Writable>(client: ResourceClient<T>, object: Stored<T>, uid: string): Stored<T>[] {
  const others = (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
  withOwners(client, object, others);
  return [];
}

function withOwners<T extends Writable>(
  client: ResourceClient<T>,
  object: Stored<T>,
  ownerReferences: OwnerReference[],
) {
  return client.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
}
