import { isDeepStrictEqual } from 'node:util';

/** What tells one state of an object from every other. */
export interface ObjectVersion {
  /** Another for each object, also for one that takes the name of one that is gone. */
  readonly uid: string;
  /** A decimal number, higher after every change of whatever object. */
  readonly resourceVersion: string;
}

/** One change of an object. */
export interface ObjectChange<Stored> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly path: string;
  readonly uid: string;
  readonly resourceVersion: number;
  /** As it was written; of a deletion, as it was before, with the deletion's resourceVersion. */
  readonly object: Stored;
}

/** Why a write was not done, by Kubernetes' reason. */
export type WriteRefusal = 'AlreadyExists' | 'Conflict' | 'NotFound' | 'Invalid' | 'InternalError';

export type WriteOutcome<Stored> =
  | { readonly kind: 'created' | 'updated' | 'deleted'; readonly object: Stored }
  | { readonly kind: WriteRefusal };

export interface ObjectStoreOptions<Written, Stored> {
  /** The object as it is kept. */
  readonly stamp: (written: Written, version: ObjectVersion) => Stored;
  /** Whether an update may leave out the resourceVersion; default: none may. */
  readonly takesUnconditionalUpdates?: (path: string) => boolean;
  /** The resourceVersion that it begins with, and by how much a change raises it. */
  readonly resourceVersion?: number;
  readonly step?: number;
}

/** Objects by path, their history, and the conditions of a Kubernetes 1.34 API server for writes. */
export class ObjectStore<Written, Stored extends Written> {
  readonly #options: ObjectStoreOptions<Written, Stored>;
  readonly #step: number;
  readonly #listeners = new Set<(change: ObjectChange<Stored>) => void>();
  #changes: ObjectChange<Stored>[] = [];
  #resourceVersion: number;
  #uids = 0;

  constructor(options: ObjectStoreOptions<Written, Stored>) {
    this.#options = options;
    this.#resourceVersion = options.resourceVersion ?? 100;
    this.#step = options.step ?? 1;
  }

  /** That of the last change. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** The object; null where there is none. */
  read(path: string): Stored | null {
    return this.#present(path)?.object ?? null;
  }

  create(path: string, written: Written): WriteOutcome<Stored> {
    return this.#present(path) === null ? this.#create(path, written) : { kind: 'AlreadyExists' };
  }

  /**
   * Replaces an object, on condition of the uid and the resourceVersion that are given. Without a uid it creates what is not there, with
   * one it conflicts. An update that changes nothing succeeds and stores nothing.
   */
  update(
    path: string,
    written: Written,
    { uid, resourceVersion }: Partial<ObjectVersion>,
  ): WriteOutcome<Stored> {
    const present = this.#present(path);
    if (present === null) return uid === undefined ? this.#create(path, written) : { kind: 'Conflict' };
    if (uid !== undefined && uid !== present.uid) return { kind: 'Conflict' };
    if (resourceVersion === undefined && this.#options.takesUnconditionalUpdates?.(path) !== true)
      return { kind: 'Invalid' };
    const version = { uid: present.uid, resourceVersion: String(present.resourceVersion) };
    if (resourceVersion !== undefined && resourceVersion !== version.resourceVersion)
      return { kind: 'Conflict' };
    const isUnchanged = isDeepStrictEqual(this.#options.stamp(written, version), present.object);
    const object = isUnchanged ? present.object : this.#store('MODIFIED', path, written, present.uid);
    return { kind: 'updated', object };
  }

  /** Writes without a condition. It counts as a change even where the object was so already. */
  overwrite(path: string, written: Written): Stored {
    const present = this.#present(path);
    if (present !== null) return this.#store('MODIFIED', path, written, present.uid);
    return this.#store('ADDED', path, written, this.#nextUid());
  }

  /** Deletes an object, on condition of what is given. */
  remove(path: string, { uid, resourceVersion }: Partial<ObjectVersion> = {}): WriteOutcome<Stored> {
    const present = this.#present(path);
    if (present === null) return { kind: 'NotFound' };
    if (uid !== undefined && uid !== present.uid) return { kind: 'Conflict' };
    if (resourceVersion !== undefined && resourceVersion !== String(present.resourceVersion))
      return { kind: 'Conflict' };
    return { kind: 'deleted', object: this.#store('DELETED', path, present.object, present.uid) };
  }

  /** The changes after a resourceVersion, in order: of one object, or of all. */
  since(resourceVersion: number, path?: string): ObjectChange<Stored>[] {
    return this.#changes.filter(
      (change) => change.resourceVersion > resourceVersion && (path === undefined || change.path === path),
    );
  }

  /** What a watch of all objects begins with: each of those that there are, as if it was added now. */
  present(): ObjectChange<Stored>[] {
    const last = new Map(this.#changes.map((change) => [change.path, change]));
    return [...last.values()]
      .filter(({ type }) => type !== 'DELETED')
      .map((change) => ({ ...change, type: 'ADDED' }));
  }

  /** Calls back after each change. Returns what ends that. */
  subscribe(listener: (change: ObjectChange<Stored>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes back to how all was at a resourceVersion, as etcd restored from a backup, and counts on from `next`. */
  restore(resourceVersion: number, next = resourceVersion): void {
    this.#changes = this.#changes.filter((change) => change.resourceVersion <= resourceVersion);
    this.#resourceVersion = next;
  }

  /** How many changes are remembered. */
  get historyLength(): number {
    return this.#changes.length;
  }

  /** Forgets the changes so far, but for the last of each object, as etcd's compaction does. */
  compact(): void {
    const last = new Map(this.#changes.map((change) => [change.path, change]));
    this.#changes = [...last.values()].sort((one, other) => one.resourceVersion - other.resourceVersion);
  }

  /** So many changes of other objects, elsewhere. */
  passVersions(count: number): void {
    this.#resourceVersion += count * this.#step;
  }

  #present(path: string): ObjectChange<Stored> | null {
    const last = this.#changes.findLast((change) => change.path === path);
    return last === undefined || last.type === 'DELETED' ? null : last;
  }

  #create(path: string, written: Written): WriteOutcome<Stored> {
    return { kind: 'created', object: this.#store('ADDED', path, written, this.#nextUid()) };
  }

  #store(type: ObjectChange<Stored>['type'], path: string, written: Written, uid: string): Stored {
    this.passVersions(1);
    const resourceVersion = this.#resourceVersion;
    const object = this.#options.stamp(written, { uid, resourceVersion: String(resourceVersion) });
    const change = { type, path, uid, resourceVersion, object };
    this.#changes.push(change);
    for (const listener of [...this.#listeners]) listener(change);
    return object;
  }

  #nextUid(): string {
    return `lock-${++this.#uids}`;
  }
}
