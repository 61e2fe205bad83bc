import type { WriteOutcome } from '../../base/testing/object-store.ts';

/** An object as the cases look at it. */
export interface Versioned {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The annotation `note`. */
  readonly note: string;
}

/** Fields of an object's metadata. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a write or a deletion names of the object that it is meant for. */
export interface Precondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** What a watch shows; of a deletion, the object as it was, under the resourceVersion of the deletion. */
export interface SeenChange {
  readonly type: 'written' | 'deleted';
  readonly object: Versioned;
}

/** For stores in this process and behind a connection alike. */
export type MaybeAsync<T> = T | Promise<T>;

/** A store of objects of one kind, as an API server shows it to its clients, or something that stands for one. */
export interface ConditionalStore {
  create(name: string, fields: Fields): MaybeAsync<WriteOutcome<Versioned>>;
  update(name: string, fields: Fields, precondition: Precondition): MaybeAsync<WriteOutcome<Versioned>>;
  remove(name: string, precondition?: Precondition): MaybeAsync<WriteOutcome<Versioned>>;
  read(name: string): MaybeAsync<Versioned | null>;
  /** The first `count` changes of that object after a resourceVersion. */
  changesAfter(name: string, resourceVersion: string, count: number): MaybeAsync<readonly SeenChange[]>;
}

/** What only some stores can be asked for. */
export type Ability =
  | 'several objects'
  | 'writes without a uid'
  | 'writes without a resourceVersion'
  | 'fields of any form'
  | 'deletions by clients';

/** Rules that differ from kind to kind. */
export interface KindRules {
  /** Whether an update may leave the resourceVersion out. */
  readonly takesUnconditionalUpdates: boolean;
}

/** An object's metadata as the cases look at it. */
export function versioned(metadata: Fields): Versioned {
  const { uid, resourceVersion, annotations } = metadata;
  const { note: text = '' } = (annotations ?? {}) as { note?: string };
  return { uid: String(uid), resourceVersion: String(resourceVersion), note: text };
}

/** A change as a watch event has it. */
export function seenChange({ type, object }: { readonly type: string; readonly object: object }): SeenChange {
  const { metadata = {} } = object as { readonly metadata?: Fields };
  return { type: type === 'DELETED' ? 'deleted' : 'written', object: versioned(metadata) };
}
