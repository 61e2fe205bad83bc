import type { Api, KubernetesObject, ResourceName } from './api.ts';
import type { FieldError } from './field-error.ts';
import type { ObjectSchema } from './schema/schema.ts';
import type { Column } from './column.ts';

export type Subresource =
  | 'status'
  | 'scale'
  | 'log'
  | 'eviction'
  | 'token'
  | 'finalize'
  | 'attach'
  | 'exec'
  | 'portforward'
  | 'proxy';

/** An object that is being written. (kubernetes-types marks as read-only what clients must not set.) */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One kind of object that the API serves: a line of the table in `resources.ts`. What is not said here holds for
 * every kind and stands in `registry.ts`.
 *
 * Functions get an object of the kind in its wire form: `T` is its type in kubernetes-types.
 */
export interface ResourceDefinition<T> {
  /** API group; `''` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The kind's fields and their types. */
  readonly schema: ObjectSchema;
  /** The name in paths and RBAC rules. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  /** `all` puts it into `kubectl get all`. */
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly subresources?: readonly Subresource[];
  /** Columns of `kubectl get`; NAME comes before them, unless they have it themselves. */
  readonly columns: readonly Column<T>[];
  /** Fields that a fieldSelector may name, besides metadata.name and metadata.namespace. */
  selectableFields?(object: T): Record<string, string | undefined>;
  /** Fills in what a client may leave out. Changes `object`. */
  setDefaults?(object: Draft<T>): void;
  /** Sets what only the server may decide when an object is created. Changes `object`. */
  prepareForCreate?(object: Draft<T>, api: Api): void;
  /** Keeps what only the server may decide when an object is replaced. Changes `object`. */
  prepareForUpdate?(object: Draft<T>, existing: T): void;
  /** Shows that an object is being deleted, besides its deletionTimestamp. Changes `object`. */
  prepareForDeletion?(object: Draft<T>): void;
  /** Gives an object what must be unique in the cluster. Changes `object`; returns what cannot be given. */
  allocate?(object: T, api: Api): FieldError[];
  /** What is wrong with an object. */
  validate?(object: T): FieldError[];
  /** What is wrong with a replacement, besides what `validate` finds. */
  validateUpdate?(object: T, existing: T): FieldError[];
  /** The part whose changes `metadata.generation` counts; without it there is no generation. */
  generationOf?(object: T): unknown;
  /** What `metadata.name` must be; a DNS subdomain unless said otherwise. */
  readonly nameRule?: NameRule;
  /** PUT creates what does not exist. */
  readonly createOnUpdate?: boolean;
  /** PUT must say which resourceVersion it replaces. */
  readonly needsResourceVersion?: boolean;
  /** A PUT of the status writes annotations, too, and no generation counts that. */
  readonly statusHasAnnotations?: boolean;
  /** Every request is answered with this warning. */
  readonly deprecation?: string;
  /** Names of objects that cannot be deleted. */
  readonly undeletable?: readonly string[];
  /** DELETE answers with the object instead of a Status. */
  readonly returnsDeleted?: boolean;
  /** Seconds that an object gets to end, where a DELETE does not say; without it none. */
  gracePeriodSeconds?(object: T): number;
}

export type NameRule = 'dnsSubdomain' | 'dnsLabel' | 'dnsLabel1035' | 'pathSegment';

/** One kind of object, whichever that is. */
export type Resource = ResourceDefinition<KubernetesObject>;

/** States a resource in terms of its own type, for a table of all. */
export function defineResource<T>(definition: ResourceDefinition<T>): Resource {
  // Every function of a definition is called with objects of its kind alone.
  return definition as unknown as Resource;
}

/** The `apiVersion` of a resource's objects: `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** The name by which the API is asked for a resource. */
export const nameOf = ({ group, plural }: Resource): ResourceName => ({ group, resource: plural });
