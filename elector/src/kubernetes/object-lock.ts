import type { JsonObject } from '../../../base/json.ts';
import { dnsLabel, dnsSubdomain, type Rule } from '../../../base/rules.ts';
import type { WatchEvent } from './kube-client.ts';
import { annotationsOf, metadataOf, withAnnotation, withOwner } from './kube-object.ts';
import type { LeaderElectionRecord, RecordReading } from '../election/leader-election-record.ts';
import type { Credentials } from './credentials.ts';
import { isKubeConfig, type KubeConfigObject } from './kubeconfig-object.ts';
import { loadCredentials, loadObjectCredentials } from './load-credentials.ts';
import { leaderElectionEvent } from './lock-event.ts';
import { connectLock, type LockConnection } from './lock-connection.ts';
import { requireLockMetadata, withLockMetadata, type LockMetadata } from './lock-metadata.ts';
import { formatRelease, parseRelease, releaseAnnotation } from './release-annotation.ts';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  type LockEvent,
  type LockObject,
  type LockWrite,
  type ResourceLock,
} from '../election/resource-lock.ts';

// A server looks at rights when a watch begins, and not again: client-go lets none last for longer than five to ten minutes.
const longestWatchSeconds = 300;

/** Which object is the lock. */
export interface LockOptions extends LockMetadata {
  /** The object's name, which is the election's: the same for all candidates. */
  readonly name: string;
  /** The object's namespace, which must exist. Default: the pod's own, or the kubeconfig context's, or else `default`. */
  readonly namespace?: string;
  /**
   * The path of a kubeconfig. Default: what KUBECONFIG names, or `~/.kube/config` where it exists, or else the credentials
   * that Kubernetes gives every pod.
   */
  readonly kubeconfig?: string;
  /** A `KubeConfig` of `@kubernetes/client-node` (1.x or 2.x), instead of that: its current context counts, as it is when the run begins. */
  readonly kubeConfig?: KubeConfigObject;
  /** Whether an Event says on the object when a term begins or ends. Where the role does not allow that, none does. Default true. */
  readonly recordsEvents?: boolean;
}

/** As `LockOptions`, or connected already by the caller, who also closes that connection. */
export type ObjectLockOptions =
  LockOptions | (LockConnection & LockMetadata & Pick<LockOptions, 'name' | 'recordsEvents'>);

/** What tells one kind of lock object from another. */
export interface LockObjectKind {
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

/**
 * The annotation of a holder that holds two locks together, with its name, so that it says nothing any more when another holder leaves it
 * as it is.
 */
export const holdsBothAnnotation = 'leader-elector/holds-both';

/** A lock that is one Kubernetes object. An update sends the whole object as last read, so that what others keep in it stays. */
export class ObjectLock implements ResourceLock {
  readonly #options: ObjectLockOptions;
  readonly #kind: LockObjectKind;
  #ownConnection: LockConnection | null = null;
  /** The uid that the object had when it was last seen; null: it was not. */
  #uid: string | null = null;
  #mayRecord: boolean;
  // The object each LockObject was read from. It lives as long as the election looks at that LockObject.
  readonly #sources = new WeakMap<LockObject, JsonObject>();

  /** @internal */
  constructor(options: ObjectLockOptions, kind: LockObjectKind) {
    requireNames(options);
    requireLockMetadata(options);
    if (!('client' in options)) requireOneKubeconfig(options);
    this.#options = options;
    this.#kind = kind;
    this.#mayRecord = options.recordsEvents ?? true;
  }

  async connect(requestTimeoutMs: number): Promise<void> {
    if ('client' in this.#options) return;
    const { namespace } = this.#options;
    this.#ownConnection = connectLock(await credentialsOf(this.#options), requestTimeoutMs, namespace);
  }

  close(): void {
    this.#ownConnection?.client.close();
  }

  async get(): Promise<LockObject | null> {
    try {
      return this.#read(await this.#connection.client.request('GET', this.#path));
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  async create(write: LockWrite): Promise<LockObject> {
    const { client, namespace } = this.#connection;
    const { apiVersion, kind } = this.#kind;
    const metadata = { name: this.#options.name, namespace };
    const object = this.#write({ apiVersion, kind, metadata }, write);
    return this.#read(await client.request('POST', this.#collection, object));
  }

  /** Rule 1: what is sent is the object as it was read, with its uid and its resourceVersion, and the record in it. */
  async update(observed: LockObject, write: LockWrite): Promise<LockObject> {
    const source = this.#sources.get(observed);
    if (source === undefined)
      throw new Error(`${this.describe()}: update of an object this lock did not read`);
    try {
      return this.#read(await this.#connection.client.request('PUT', this.#path, this.#write(source, write)));
    } catch (error) {
      if (error instanceof NotFoundError) throw new ConflictError(error.message, { cause: error });
      throw error;
    }
  }

  async *watch(resourceVersion: string | null, signal: AbortSignal): AsyncGenerator<LockEvent, void, void> {
    const query = new URLSearchParams({
      watch: '1',
      fieldSelector: `metadata.name=${this.#options.name}`,
      timeoutSeconds: String(longestWatchSeconds),
      ...startOf(resourceVersion),
    });
    const events = this.#connection.client.watch(`${this.#collection}?${query.toString()}`, signal);
    for await (const event of events) yield this.#readEvent(event);
  }

  async recordEvent(identity: string, what: string): Promise<void> {
    if (!this.#mayRecord || this.#uid === null) return;
    const { client, namespace } = this.#connection;
    const { apiVersion, kind } = this.#kind;
    const object = { apiVersion, kind, namespace, name: this.#options.name, uid: this.#uid };
    const event = leaderElectionEvent(object, identity, what, new Date());
    try {
      await client.request('POST', `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, event);
    } catch (error) {
      if (error instanceof ForbiddenError) this.#mayRecord = false;
    }
  }

  describe(): string {
    const { name, namespace } = { ...this.#options, ...this.#ownConnection };
    return `${this.#kind.resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  }

  get #connection(): LockConnection {
    const connection = 'client' in this.#options ? this.#options : this.#ownConnection;
    if (connection === null) throw new Error(`${this.describe()}: not connected; connect() comes first`);
    return connection;
  }

  get #collection(): string {
    const { apiVersion, resource } = this.#kind;
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${group}/namespaces/${encodeURIComponent(this.#connection.namespace)}/${resource}`;
  }

  get #path(): string {
    return `${this.#collection}/${encodeURIComponent(this.#options.name)}`;
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
    const annotations = annotationsOf(object);
    const { [holderUidAnnotation]: holderUid, [holdsBothAnnotation]: holderOfBoth } = annotations;
    const reading = this.#kind.readRecord(object);
    const lockObject: LockObject = {
      uid,
      resourceVersion: this.#version(metadata),
      reading,
      holderUid: typeof holderUid === 'string' ? holderUid : null,
      holdsBoth: reading.kind === 'record' && reading.record.holderIdentity === holderOfBoth,
      release: parseRelease(annotations[releaseAnnotation], reading),
    };
    this.#sources.set(lockObject, object);
    this.#uid = uid;
    return lockObject;
  }

  #write(object: JsonObject, write: LockWrite): JsonObject {
    const { record, holderUid, holdsBoth } = write;
    const labelled = withLockMetadata(this.#kind.writeRecord(object, record), this.#options);
    const named = withAnnotation(labelled, holderUidAnnotation, holderUid);
    const held = withAnnotation(named, holdsBothAnnotation, holdsBoth ? record.holderIdentity : null);
    const written = withAnnotation(held, releaseAnnotation, formatRelease(write));
    const { owner } = this.#connection;
    return owner === null ? written : withOwner(written, owner);
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

function credentialsOf({ kubeconfig, kubeConfig }: LockOptions): Promise<Credentials> {
  if (kubeConfig !== undefined) return loadObjectCredentials(kubeConfig);
  return loadCredentials(
    false,
    kubeconfig === undefined ? process.env : { ...process.env, KUBECONFIG: kubeconfig },
  );
}

/** JavaScript does not check types, and the two options differ by one letter's case. */
function requireOneKubeconfig({ kubeconfig, kubeConfig }: LockOptions): void {
  const refuse = (problem: string) => {
    throw new RangeError(`the lock's ${problem}`);
  };
  if (kubeconfig !== undefined && typeof kubeconfig !== 'string')
    refuse('kubeconfig is no text; it must be the path of a file (a KubeConfig object goes into kubeConfig)');
  if (kubeconfig === '') refuse('kubeconfig is ""; it must be the path of a file, or left out');
  if (kubeConfig === undefined) return;
  if (!isKubeConfig(kubeConfig))
    refuse(
      'kubeConfig is no KubeConfig of @kubernetes/client-node (the path of a file goes into kubeconfig)',
    );
  if (kubeconfig !== undefined) refuse('kubeconfig and kubeConfig are both given; one must be left out');
}

function requireNames({ name, namespace }: ObjectLockOptions): void {
  requireName('name', name, dnsSubdomain);
  if (namespace !== undefined) requireName('namespace', namespace, dnsLabel);
}

function requireName(option: string, value: unknown, rule: Rule<string>): void {
  if (typeof value === 'string' && rule.parse(value) !== undefined) return;
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  throw new RangeError(`the lock's ${option} is ${shown}; it must be ${rule.allowed}`);
}
