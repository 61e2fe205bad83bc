import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { randomUUID } from 'node:crypto';
import type { KubernetesObject, ObjectToWrite } from './api.ts';
import { invalidValue, required } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { validateLabels, validateName, validateQualifiedName } from './names.ts';
import { omit } from '../../base/omit.ts';
import { timestamp } from './timestamp.ts';
import { randomSuffix } from './random-suffix.ts';
import type { Resource } from './resource.ts';

type Metadata = KubernetesObject['metadata'];

const longestGeneratedBase = 58;

/** The metadata of a new object: what the client may set, and what the server adds. */
export function metadataForCreate(namespace: string | null, { metadata = {} }: ObjectToWrite): Metadata {
  const { generateName = '' } = metadata;
  const generated = generateName && generateName.slice(0, longestGeneratedBase) + randomSuffix();
  return {
    ...clientMetadata(metadata),
    ...(generateName && { generateName }),
    name: metadata.name || generated,
    ...(namespace !== null && { namespace }),
    uid: randomUUID(),
    resourceVersion: '',
    creationTimestamp: timestamp(Date.now()),
  };
}

/** The metadata of a replacement: what the client may change, and what stays. */
export function metadataForUpdate(existing: Metadata, { metadata = {} }: ObjectToWrite): Metadata {
  return {
    ...omit(existing, 'labels', 'annotations', 'finalizers', 'ownerReferences'),
    ...clientMetadata(metadata),
  };
}

/** Empty maps and lists are left out, as everything empty is on the wire. */
function clientMetadata({
  labels,
  annotations,
  finalizers,
  ownerReferences,
}: ObjectMeta): Partial<ObjectMeta> {
  return {
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    ...(finalizers && finalizers.length > 0 && { finalizers }),
    ...(ownerReferences && ownerReferences.length > 0 && { ownerReferences }),
  };
}

/** What is wrong with an object's metadata. */
export function validateMetadata(resource: Resource, { metadata }: KubernetesObject): FieldError[] {
  const { name, labels, annotations = {}, ownerReferences = [], finalizers = [] } = metadata;
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return [
    ...validateName('metadata.name', name, resource.nameRule),
    ...validateLabels('metadata.labels', labels),
    ...Object.keys(annotations).flatMap((key) =>
      validateQualifiedName('metadata.annotations', key.toLowerCase()),
    ),
    ...ownerReferences.flatMap((owner, index) => validateOwner(owner, `metadata.ownerReferences[${index}]`)),
    ...validateOneController(ownerReferences),
    ...finalizers.flatMap((finalizer) => validateQualifiedName('metadata.finalizers', finalizer)),
  ];
}

type Owner = NonNullable<ObjectMeta['ownerReferences']>[number];

function validateOwner(owner: Owner, field: string): FieldError[] {
  const { apiVersion, kind, name, uid } = owner as Partial<Owner>;
  return [
    ...(apiVersion ? [] : [invalidValue(`${field}.apiVersion`, '', 'version must not be empty')]),
    ...(kind ? [] : [invalidValue(`${field}.kind`, '', 'must not be empty')]),
    ...(name ? [] : [invalidValue(`${field}.name`, '', 'must not be empty')]),
    ...(uid ? [] : [invalidValue(`${field}.uid`, '', 'must not be empty')]),
  ];
}

function validateOneController(owners: readonly Owner[]): FieldError[] {
  const [first, second] = owners.filter(({ controller }) => controller);
  if (!first || !second) return [];
  const detail =
    'Only one reference can have Controller set to true. Found "true" in references for ' +
    `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [invalidValue('metadata.ownerReferences', owners, detail)];
}
