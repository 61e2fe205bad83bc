import type { ObjectIdentity } from './credentials.ts';
import type { JsonObject } from './json.ts';
import type { KubeClient, WatchEvent } from './kube-client.ts';
import { NotFoundError } from './kube-error.ts';
import { annotationsOf, metadataOf, withAnnotation, withOwner } from './kube-object.ts';
import type { LeaderElectionRecord, RecordReading } from './leader-election-record.ts';
import {
  ConflictError,
  type LockEvent,
  type LockObject,
  type LockWrite,
  type ResourceLock,
} from './resource-lock.ts';

export interface ObjectLockOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** The ServiceAccount, of the lock's own namespace, with which the lock is to be removed; null for none. */
  readonly owner: ObjectIdentity | null;
}

/** What tells one kind of lock object from another. */
export interface LockKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The kind's name in URLs. */
  readonly resource: string;
  /** What the object says about its holder. */
  readRecord(object: JsonObject): RecordReading;
  /** The object with this record, and all else as it was. */
  writeRecord(object: JsonObject, record: LeaderElectionRecord): JsonObject;
}

/** The annotation with the holder's pod uid (rule 7). */
export const holderUidAnnotation = 'leader-elector/holder-pod-uid';

/** A lock that is one Kubernetes object. An update sends the whole object as last read, so that what others keep in it stays. */
export class ObjectLock implements ResourceLock {
  readonly #options: ObjectLockOptions;
  readonly #kind: LockKind;
  readonly #collection: string;
  readonly #path: string;
  // The object each LockObject was read from. It lives as long as the election looks at that LockObject.
  readonly #sources = new WeakMap<LockObject, JsonObject>();

  constructor(options: ObjectLockOptions, kind: LockKind) {
    this.#options = options;
    this.#kind = kind;
    const group = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
    this.#collection = `${group}/namespaces/${encodeURIComponent(options.namespace)}/${kind.resource}`;
    this.#path = `${this.#collection}/${encodeURIComponent(options.name)}`;
  }

  async get(): Promise<LockObject | null> {
    try {
      return this.#read(await this.#options.client.request('GET', this.#path));
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  async create(write: LockWrite): Promise<LockObject> {
    const { name, namespace } = this.#options;
    const { apiVersion, kind } = this.#kind;
    const object = this.#write({ apiVersion, kind, metadata: { name, namespace } }, write);
    return this.#read(await this.#options.client.request('POST', this.#collection, object));
  }

  async update(observed: LockObject, write: LockWrite): Promise<LockObject> {
    const source = this.#sources.get(observed);
    if (source === undefined)
      throw new Error(`${this.describe()}: update of an object this lock did not read`);
    try {
      return this.#read(await this.#options.client.request('PUT', this.#path, this.#write(source, write)));
    } catch (error) {
      if (error instanceof NotFoundError) throw new ConflictError(error.message, { cause: error });
      throw error;
    }
  }

  async *watch(resourceVersion: string | null, signal: AbortSignal): AsyncGenerator<LockEvent, void, void> {
    const query = new URLSearchParams({
      watch: '1',
      fieldSelector: `metadata.name=${this.#options.name}`,
      ...startOf(resourceVersion),
    });
    const events = this.#options.client.watch(`${this.#collection}?${query.toString()}`, signal);
    for await (const event of events) yield this.#readEvent(event);
  }

  describe(): string {
    return `${this.#kind.resource} ${this.#options.namespace}/${this.#options.name}`;
  }

  #readEvent({ type, object }: WatchEvent): LockEvent {
    if (type === 'BOOKMARK') {
      return { type: 'bookmark', resourceVersion: this.#version(metadataOf(object)) };
    }
    const seen = this.#read(object);
    if (type === 'DELETED') {
      return { type: 'deleted', uid: seen.uid, resourceVersion: seen.resourceVersion };
    }
    return { type: 'changed', object: seen };
  }

  #read(object: JsonObject): LockObject {
    const metadata = metadataOf(object);
    if (object['kind'] !== this.#kind.kind) throw this.#unusable('kind', object['kind']);
    if (metadata['name'] !== this.#options.name) throw this.#unusable('metadata.name', metadata['name']);
    const { uid } = metadata;
    if (typeof uid !== 'string' || uid === '') throw this.#unusable('metadata.uid', uid);
    const holderUid = annotationsOf(object)[holderUidAnnotation];
    const lockObject: LockObject = {
      uid,
      resourceVersion: this.#version(metadata),
      reading: this.#kind.readRecord(object),
      holderUid: typeof holderUid === 'string' ? holderUid : null,
    };
    this.#sources.set(lockObject, object);
    return lockObject;
  }

  #write(object: JsonObject, { record, holderUid }: LockWrite): JsonObject {
    const written = withAnnotation(this.#kind.writeRecord(object, record), holderUidAnnotation, holderUid);
    return this.#options.owner === null ? written : withOwner(written, this.#options.owner);
  }

  #version(metadata: JsonObject): string {
    const { resourceVersion } = metadata;
    if (typeof resourceVersion === 'string' && /^[1-9]\d*$/.test(resourceVersion)) return resourceVersion;
    throw this.#unusable('metadata.resourceVersion', resourceVersion);
  }

  #unusable(field: string, value: unknown): Error {
    const shown = value === undefined ? 'no' : JSON.stringify(value).slice(0, 100);
    return new Error(`${this.describe()}: the server's object has ${shown} ${field}`);
  }
}

/**
 * Where a watch starts. Without a version to start after, "0" asks for the server's present state from its cache. That can be a
 * little old, which delays a candidate and never misleads one (rules 1 and 2). Bookmarks are not asked for then: since 1.34 the two
 * together mean a streaming list, which API servers on etcd before 3.4.25 refuse.
 */
function startOf(resourceVersion: string | null): Record<string, string> {
  return resourceVersion === null
    ? { resourceVersion: '0' }
    : { resourceVersion, allowWatchBookmarks: 'true' };
}
