import { isJsonObject, type JsonObject } from '../../../base/json.ts';

/** An object's metadata; empty where it has none. */
export function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object['metadata']) ? object['metadata'] : {};
}

/** An object's annotations; empty where it has none. */
export function annotationsOf(object: JsonObject): JsonObject {
  const { annotations } = metadataOf(object);
  return isJsonObject(annotations) ? annotations : {};
}

/** An object's labels; empty where it has none. */
export function labelsOf(object: JsonObject): JsonObject {
  const { labels } = metadataOf(object);
  return isJsonObject(labels) ? labels : {};
}

/** An object's owner references, as far as they are objects. */
export function ownersOf(object: JsonObject): JsonObject[] {
  const { ownerReferences } = metadataOf(object);
  return (Array.isArray(ownerReferences) ? ownerReferences : []).filter(isJsonObject);
}

/** The kind and name of the owner that manages the object (`controller: true`), for people; null where it has none. */
export function controllerName(object: JsonObject): string | null {
  const controller = ownersOf(object).find((owner) => owner['controller'] === true);
  return controller === undefined ? null : `${String(controller['kind'])} ${String(controller['name'])}`;
}

/** The object with one annotation set, or with null removed. */
export function withAnnotation(object: JsonObject, key: string, value: string | null): JsonObject {
  return withMetadata(object, { annotations: { ...annotationsOf(object), [key]: value ?? undefined } });
}

/**
 * The object owned by this ServiceAccount of its own namespace, so that garbage collection removes it with its owner. A reference to a
 * ServiceAccount of that name with another uid is replaced, others stay. Without blockOwnerDeletion, which would need a right to the owner.
 */
export function withOwner(
  object: JsonObject,
  owner: { readonly name: string; readonly uid: string },
): JsonObject {
  const reference = { apiVersion: 'v1', kind: 'ServiceAccount', name: owner.name, uid: owner.uid };
  const others = ownersOf(object).filter(
    ({ kind, name }) => !(kind === reference.kind && name === reference.name),
  );
  return withMetadata(object, { ownerReferences: [...others, reference] });
}

/** The object with these fields in its metadata. */
export function withMetadata(object: JsonObject, fields: JsonObject): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), ...fields } };
}
