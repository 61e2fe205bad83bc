import {
  boolean,
  each,
  int64,
  joinedList,
  list,
  any,
  map,
  mergedList,
  object,
  string,
  strings,
  time,
} from './schema.ts';
import type { ObjectSchema } from './schema.ts';

const ownerReference = object('OwnerReference', {
  ...each(string, 'apiVersion', 'kind', 'name', 'uid'),
  ...each(boolean, 'controller', 'blockOwnerDeletion'),
});

export const objectMeta = object('ObjectMeta', {
  ...each(string, 'name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion'),
  ...each(int64, 'generation', 'deletionGracePeriodSeconds'),
  ...each(time, 'creationTimestamp', 'deletionTimestamp'),
  ...each(map(string), 'labels', 'annotations'),
  ownerReferences: mergedList(ownerReference, 'uid'),
  finalizers: joinedList(string),
  managedFields: list(any),
});

export const labelSelector = object('LabelSelector', {
  matchLabels: map(string),
  matchExpressions: list(
    object('LabelSelectorRequirement', { ...each(string, 'key', 'operator'), values: strings }),
  ),
});

/** The schema of a kind: its own fields, and those that every object has. */
export const kind = (name: string, fields: ObjectSchema['fields']): ObjectSchema =>
  object(name, { ...each(string, 'apiVersion', 'kind'), metadata: objectMeta, ...fields });
