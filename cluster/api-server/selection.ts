import type { KubernetesObject, Selection, WatchEvent } from './api.ts';
import { parseFieldSelector } from './field-selector.ts';
import type { FieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import type { Resource } from './resource.ts';
import { badRequest } from './status.ts';
import type { StoredChange } from './store.ts';

export type Filter = (object: KubernetesObject) => boolean;

/** Tells the objects of a selection from others. @throws ApiStatusError 400 where a selector cannot be used. */
export function selectionFilter(resource: Resource, selection: Selection): Filter {
  const { namespace, fieldSelector = '', labelSelector = '' } = selection;
  const labelsMatch = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector);
  refuseUnknownFields(resource, fields);
  return (object) =>
    (namespace === null || object.metadata.namespace === namespace) &&
    labelsMatch(object.metadata.labels ?? {}) &&
    fields.matches(fieldsOf(resource, object));
}

/** How a watch with this filter shows a change; null where it does not concern it. */
export function changeAsEvent({ before, after, object }: StoredChange, filter: Filter): WatchEvent | null {
  const was = before !== null && filter(before);
  const is = after !== null && filter(after);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return null;
  // One that is no longer selected is shown as it was, as of this change.
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion } } };
}

function fieldsOf(resource: Resource, object: KubernetesObject): Record<string, string> {
  const own = Object.entries(resource.selectableFields?.(object) ?? {});
  return Object.fromEntries([
    ...own.map(([field, value]) => [field, value ?? '']),
    ['metadata.name', object.metadata.name],
    ['metadata.namespace', object.metadata.namespace ?? ''],
  ]) as Record<string, string>;
}

const nothing = {
  apiVersion: '',
  kind: '',
  involvedObject: {},
  metadata: { name: '', uid: '', resourceVersion: '' },
};

function refuseUnknownFields(resource: Resource, { requirements }: FieldSelector): void {
  const known = fieldsOf(resource, nothing);
  const unknown = requirements.find(({ field }) => !Object.hasOwn(known, field));
  if (!unknown) return;
  throw badRequest(
    resource.selectableFields
      ? `field label not supported: ${unknown.field}`
      : `"${unknown.field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
