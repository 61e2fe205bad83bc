import { isDeepStrictEqual } from 'node:util';
import type { LeaderElectionRecord, RecordReading } from '../../src/election/leader-election-record.ts';
import {
  ConflictError,
  ExpiredError,
  type LockEvent,
  type LockObject,
  type LockWrite,
  type ResourceLock,
} from '../../src/election/resource-lock.ts';

/** What happens to one request: it fails before it arrives, its answer gets lost, or it waits until it is let go. */
export type Fault = { error: Error } | { lostAnswer: Error } | { heldUntil: Promise<void> };

/** One lock object, kept as an API server does: conditional writes, resourceVersions, watches. */
export class LockStore {
  object: LockObject | null = null;
  #resourceVersion = 100;
  #uids = 0;
  readonly #watchers = new Set<(event: LockEvent) => void>();
  #history: LockEvent[] = [];
  #forgottenUpTo = 0;

  /** Writes without a condition, as an administrator may. Each is a change, as if a time in the record had passed on with it. */
  set(reading: RecordReading, holderUid: string | null = null, holdsBoth = false): LockObject {
    const uid = this.object?.uid ?? this.#nextUid();
    return this.#store({ uid, reading, holderUid, holdsBoth });
  }

  /** Writes a record, without a condition. */
  setRecord(
    record: Partial<LeaderElectionRecord>,
    holderUid: string | null = null,
    holdsBoth = false,
  ): LockObject {
    const empty = {
      holderIdentity: '',
      leaseDurationSeconds: 10,
      acquireTime: null,
      renewTime: null,
      leaderTransitions: 0,
    };
    return this.set({ kind: 'record', record: { ...empty, ...record } }, holderUid, holdsBoth);
  }

  remove(): void {
    if (this.object === null) return;
    const { uid } = this.object;
    this.object = null;
    this.#tell({ type: 'deleted', uid, resourceVersion: this.#nextVersion() });
  }

  /** Goes back to an earlier state, and counts versions on from there, as a restored etcd does. */
  restore(object: LockObject): void {
    this.object = object;
    this.#resourceVersion = Number(object.resourceVersion);
    this.#history = [];
  }

  create(write: LockWrite): LockObject {
    if (this.object !== null) throw new ConflictError('it exists');
    return this.#store({ uid: this.#nextUid(), ...contentOf(write) });
  }

  update(observed: LockObject, write: LockWrite): LockObject {
    const current = this.object;
    if (current?.uid !== observed.uid || current.resourceVersion !== observed.resourceVersion) {
      throw new ConflictError('the object has been modified');
    }
    const next = { uid: current.uid, ...contentOf(write) };
    const { resourceVersion, ...present } = current;
    return isDeepStrictEqual(next, present) ? { ...next, resourceVersion } : this.#store(next);
  }

  subscribe(watcher: (event: LockEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #store(next: Omit<LockObject, 'resourceVersion'>): LockObject {
    this.object = { ...next, resourceVersion: this.#nextVersion() };
    this.#tell({ type: 'changed', object: this.object });
    return this.object;
  }

  /** The events after `resourceVersion`; null: the present state. @throws ExpiredError */
  since(resourceVersion: string | null): LockEvent[] {
    if (resourceVersion === null)
      return this.object === null ? [] : [{ type: 'changed', object: this.object }];
    if (Number(resourceVersion) < this.#forgottenUpTo) throw new ExpiredError('too old resource version');
    return this.#history.filter((event) => versionOf(event) > Number(resourceVersion));
  }

  /** Forgets what happened so far, as etcd's compaction does: older watches cannot be resumed. */
  compact(): void {
    this.#forgottenUpTo = this.#resourceVersion;
    this.#history = [];
  }

  #tell(event: LockEvent): void {
    this.#history.push(event);
    for (const watcher of this.#watchers) watcher(event);
  }

  #nextVersion(): string {
    return String(++this.#resourceVersion);
  }

  #nextUid(): string {
    return `object-${++this.#uids}`;
  }
}

/** One candidate's way to the store, which tests can disturb, and which counts what passes. */
export class MemoryLock implements ResourceLock {
  readonly store: LockStore;
  /** The requests that were made, in order: `get`, `create`, `update`, `watch`. */
  readonly requests: string[] = [];
  /** Asked before each request other than a watch; undefined lets it pass. */
  fault: (verb: string) => Fault | undefined = () => undefined;
  /** Set: watches fail with it. */
  watchError: Error | null = null;
  /** While true, watches stay open and show nothing. */
  watchIsSilent = false;
  #endWatch: (error?: Error) => void = () => {};

  constructor(store: LockStore) {
    this.store = store;
  }

  get(): Promise<LockObject | null> {
    return this.#request('get', () => this.store.object);
  }

  create(write: LockWrite): Promise<LockObject> {
    return this.#request('create', () => this.store.create(write));
  }

  update(observed: LockObject, write: LockWrite): Promise<LockObject> {
    return this.#request('update', () => this.store.update(observed, write));
  }

  async *watch(resourceVersion: string | null, signal: AbortSignal): AsyncIterable<LockEvent> {
    this.requests.push('watch');
    if (this.watchError !== null) throw this.watchError;
    const queue = this.store.since(resourceVersion);
    let wake: () => void = () => {};
    let ended: { error?: Error } | null = null;
    const unsubscribe = this.store.subscribe((event) => {
      if (!this.watchIsSilent) queue.push(event);
      wake();
    });
    this.#endWatch = (error) => {
      ended = error === undefined ? {} : { error };
      wake();
    };
    const onAbort = () => this.#endWatch();
    signal.addEventListener('abort', onAbort);
    try {
      for (;;) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield event;
        const end = ended as { error?: Error } | null;
        if (end?.error !== undefined) throw end.error;
        if (end !== null || isAborted(signal)) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
    }
  }

  describe(): string {
    return 'memory default/example';
  }

  /** Ends the watch under way, as a server does after a while, or as a broken connection does. */
  endWatch(error?: Error): void {
    this.#endWatch(error);
  }

  async #request<T>(verb: string, act: () => T): Promise<T> {
    this.requests.push(verb);
    const fault = this.fault(verb);
    if (fault !== undefined && 'heldUntil' in fault) await fault.heldUntil;
    if (fault !== undefined && 'error' in fault) throw fault.error;
    await Promise.resolve();
    const answer = act();
    if (fault !== undefined && 'lostAnswer' in fault) throw fault.lostAnswer;
    return answer;
  }
}

function versionOf(event: LockEvent): number {
  return Number(event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion);
}

/** What a write makes of the object. Times are kept in whole seconds, as the annotation does. */
function contentOf({ record, holderUid, holdsBoth }: LockWrite): Omit<LockObject, 'uid' | 'resourceVersion'> {
  const wholeSeconds = (time: Date | null) => time && new Date(Math.floor(time.getTime() / 1000) * 1000);
  const { acquireTime, renewTime } = record;
  const kept = { ...record, acquireTime: wholeSeconds(acquireTime), renewTime: wholeSeconds(renewTime) };
  return { reading: { kind: 'record', record: kept }, holderUid, holdsBoth };
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
