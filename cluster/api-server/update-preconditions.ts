import type { KubernetesObject, ObjectToWrite } from './api.ts';
import { invalidValue } from './field-error.ts';
import { nameOf } from './resource.ts';
import type { Resource } from './resource.ts';
import { conflict, invalid } from './status.ts';

/**
 * A replacement that names a uid is meant for that object alone: not for one that took its name, nor for none.
 * @throws ApiStatusError 409
 */
export function checkUid(
  resource: Resource,
  existing: KubernetesObject | null,
  { metadata }: ObjectToWrite,
): void {
  const { uid, name = '', namespace } = metadata ?? {};
  const found = existing?.metadata.uid ?? '';
  if (!uid || uid === found) return;
  const key = ['/registry', resource.plural, namespace, name].filter((part) => part).join('/');
  const why =
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, ` +
    `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${found}`;
  throw conflict(nameOf(resource), name, why);
}

/**
 * A replacement that names a resourceVersion is meant for that state alone.
 * @throws ApiStatusError 409; 422 where it must name one and does not.
 */
export function checkResourceVersion(
  resource: Resource,
  existing: KubernetesObject,
  { metadata }: ObjectToWrite,
): void {
  const { name } = existing.metadata;
  const sent = metadata?.resourceVersion;
  if (!sent && resource.needsResourceVersion)
    throw invalid(resource.plural, resource.group, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  if (!sent || sent === existing.metadata.resourceVersion) return;
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  throw conflict(nameOf(resource), name, why);
}
