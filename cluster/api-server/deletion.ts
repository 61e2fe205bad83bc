import type { KubernetesObject } from './api.ts';
import { omit } from '../../base/omit.ts';
import type { Resource } from './resource.ts';
import { conflict } from './status.ts';
import { timestamp } from './timestamp.ts';

export type PropagationPolicy = 'Foreground' | 'Background' | 'Orphan';

/** What a DELETE may ask for. */
export interface DeleteOptions {
  /** Seconds to end in, 0 or more: 0 removes at once. */
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** What becomes of the objects that this one owns; the garbage collector acts on it. */
  readonly propagationPolicy?: PropagationPolicy;
  /** Answer as usual, but change nothing. */
  readonly dryRun?: boolean;
}

/** The finalizers by which the garbage collector keeps an object until its dependents are seen to. */
const gcFinalizers = { Foreground: 'foregroundDeletion', Orphan: 'orphan' } as const;

/** Refuses a deletion whose preconditions do not hold. @throws ApiStatusError 409 */
export function checkPreconditions(
  resource: Resource,
  object: KubernetesObject,
  options: DeleteOptions,
): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = object;
  const refuse = (why: string) =>
    conflict({ group: resource.group, resource: resource.kind }, metadata.name, why);
  if (uid !== undefined && uid !== metadata.uid)
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
        'The object might have been deleted and then recreated',
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in ` +
        `record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

/** The object as a deletion leaves it: marked and still there, or, where nothing keeps it, null. */
export function afterDeletion(
  resource: Resource,
  object: KubernetesObject,
  options: DeleteOptions,
): KubernetesObject | null {
  const finalizers = finalizersFor(object, options.propagationPolicy);
  const grace = graceFor(resource, object, options);
  const marked = mark(object, finalizers, grace);
  resource.prepareForDeletion?.(marked);
  return isKept(marked) ? marked : null;
}

/** Whether a deleted object has to wait: for its grace period, for finalizers, or for a namespace's contents. */
export function isKept({ metadata, spec }: KubernetesObject): boolean {
  if (metadata.deletionTimestamp === undefined) return true;
  const namespaceFinalizers = (spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
  return (
    (metadata.deletionGracePeriodSeconds ?? 0) > 0 ||
    (metadata.finalizers ?? []).length > 0 ||
    namespaceFinalizers.length > 0
  );
}

function finalizersFor({ metadata }: KubernetesObject, policy: PropagationPolicy | undefined): string[] {
  const present = metadata.finalizers ?? [];
  if (policy === undefined) return present;
  const others = present.filter((finalizer) => !Object.values<string>(gcFinalizers).includes(finalizer));
  return policy === 'Background' ? others : [...others, gcFinalizers[policy]];
}

function graceFor(
  resource: Resource,
  object: KubernetesObject,
  { gracePeriodSeconds }: DeleteOptions,
): number {
  const usual = resource.gracePeriodSeconds?.(object) ?? 0;
  const wanted = usual === 0 ? 0 : (gracePeriodSeconds ?? usual);
  // A deletion under way may be made faster, never slower.
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  return deletionTimestamp === undefined
    ? wanted
    : Math.min(gracePeriodSeconds ?? wanted, deletionGracePeriodSeconds);
}

function mark(object: KubernetesObject, finalizers: string[], grace: number): KubernetesObject {
  const { metadata } = object;
  const alreadyMarked =
    metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === grace;
  return {
    ...object,
    metadata: {
      ...omit(metadata, 'finalizers'),
      ...(finalizers.length > 0 && { finalizers }),
      ...(!alreadyMarked && {
        deletionTimestamp: timestamp(Date.now() + grace * 1000),
        deletionGracePeriodSeconds: grace,
      }),
      ...(metadata.generation !== undefined &&
        metadata.deletionTimestamp === undefined && { generation: metadata.generation + 1 }),
    },
  };
}
