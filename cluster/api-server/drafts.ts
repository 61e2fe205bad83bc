import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject, ObjectToWrite } from './api.ts';
import { metadataForCreate, metadataForUpdate } from './object-metadata.ts';
import { omit } from '../../base/omit.ts';
import { apiVersionOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { badRequest, internalFailure } from './status.ts';

/** Which part of an object a PUT replaces: all but the status, the status alone, or a namespace's finalizers. */
export type UpdatedPart = 'object' | 'status' | 'finalize';

/** A changeable copy of what a client sent to be created, with the server's metadata. */
export function draftForCreate(
  resource: Resource,
  namespace: string | null,
  object: ObjectToWrite,
): KubernetesObject {
  checkNamespace(namespace, object);
  if (object.metadata?.resourceVersion)
    throw internalFailure('resourceVersion should not be set on objects to be created');
  return identified(resource, structuredClone(object), metadataForCreate(namespace, object));
}

/** The object as a client's replacement makes it, with what the client cannot change kept. */
export function draftForUpdate(
  resource: Resource,
  existing: KubernetesObject,
  object: ObjectToWrite,
  part: UpdatedPart,
): KubernetesObject {
  checkNamespace(existing.metadata.namespace ?? null, object);
  const sent = structuredClone(object);
  if (part === 'status') return statusDraft(resource, structuredClone(existing), sent);
  if (part === 'finalize') return { ...structuredClone(existing), spec: sent['spec'] };
  const draft = identified(resource, sent, metadataForUpdate(existing.metadata, sent));
  if (resource.subresources?.includes('status')) keepStatus(draft, existing);
  resource.setDefaults?.(draft);
  resource.prepareForUpdate?.(draft, existing);
  draft.metadata = { ...draft.metadata, ...generation(resource, draft, existing) };
  return draft;
}

function statusDraft(resource: Resource, existing: KubernetesObject, sent: ObjectToWrite): KubernetesObject {
  const annotations = sent.metadata?.annotations;
  const metadata = resource.statusHasAnnotations && annotations ? { annotations } : {};
  return { ...existing, metadata: { ...existing.metadata, ...metadata }, status: sent['status'] };
}

function checkNamespace(namespace: string | null, { metadata }: ObjectToWrite): void {
  if (metadata?.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

const identified = (resource: Resource, object: ObjectToWrite, metadata: KubernetesObject['metadata']) => ({
  kind: resource.kind,
  apiVersion: apiVersionOf(resource),
  metadata,
  ...omit(object, 'kind', 'apiVersion', 'metadata'),
});

function keepStatus(draft: KubernetesObject, existing: KubernetesObject): void {
  delete draft['status'];
  if (existing['status'] !== undefined) draft['status'] = structuredClone(existing['status']);
}

function generation(resource: Resource, draft: KubernetesObject, existing: KubernetesObject) {
  if (!resource.generationOf) return {};
  const before = existing.metadata.generation ?? 0;
  const changed = !isDeepStrictEqual(resource.generationOf(draft), resource.generationOf(existing));
  return { generation: changed ? before + 1 : before };
}
