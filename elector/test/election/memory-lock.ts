import {
  ObjectStore,
  type ObjectChange,
  type ObjectVersion,
  type WriteOutcome,
} from '../../../base/testing/object-store.ts';
import type { LeaderElectionRecord, RecordReading } from '../../src/election/leader-election-record.ts';
import {
  ConflictError,
  ExpiredError,
  type LockEvent,
  type LockObject,
  type LockWrite,
  type Release,
  type ResourceLock,
} from '../../src/election/resource-lock.ts';

/** What happens to one request: it fails before it arrives, its answer gets lost, or it waits until it is let go. */
export type LockFault = { error: Error } | { lostAnswer: Error } | { heldUntil: Promise<void> };

type LockContent = Omit<LockObject, keyof ObjectVersion>;

const path = 'lock';

/** One lock object, kept as an API server does: conditional writes, resourceVersions, watches. */
export class LockStore {
  readonly #objects = new ObjectStore<LockContent, LockObject>({
    stamp: (content, version) => ({ ...content, ...version }),
  });
  #forgottenUpTo = 0;

  /** The object; null where there is none. */
  get object(): LockObject | null {
    return this.#objects.read(path);
  }

  /** Writes without a condition, as an administrator may. Each is a change, as if a time in the record had passed on with it. */
  set(
    reading: RecordReading,
    holderUid: string | null = null,
    holdsBoth = false,
    release: Release | null = null,
  ): LockObject {
    return this.#objects.overwrite(path, { reading, holderUid, holdsBoth, release });
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
    this.#objects.remove(path);
  }

  /** Goes back to an earlier state, and counts versions on from there, as a restored etcd does. */
  restore(object: LockObject): void {
    this.#objects.restore(Number(object.resourceVersion));
  }

  /** @throws ConflictError */
  create(write: LockWrite): LockObject {
    return written(this.#objects.create(path, contentOf(write)));
  }

  /** @throws ConflictError */
  update(observed: LockObject, write: LockWrite): LockObject {
    return written(this.#objects.update(path, contentOf(write), observed));
  }

  subscribe(watcher: (event: LockEvent) => void): () => void {
    return this.#objects.subscribe((change) => watcher(eventOf(change)));
  }

  /** The events after `resourceVersion`; null: the present state. @throws ExpiredError */
  since(resourceVersion: string | null): LockEvent[] {
    if (resourceVersion === null) return this.#objects.present().map(eventOf);
    if (Number(resourceVersion) < this.#forgottenUpTo) throw new ExpiredError('too old resource version');
    return this.#objects.since(Number(resourceVersion)).map(eventOf);
  }

  /** Forgets what happened so far, as etcd's compaction does: older watches cannot be resumed. */
  compact(): void {
    this.#forgottenUpTo = this.#objects.resourceVersion;
  }
}

function written(outcome: WriteOutcome<LockObject>): LockObject {
  if ('object' in outcome) return outcome.object;
  throw new ConflictError(outcome.kind);
}

function eventOf({ type, uid, resourceVersion, object }: ObjectChange<LockObject>): LockEvent {
  if (type !== 'DELETED') return { type: 'changed', object };
  return { type: 'deleted', uid, resourceVersion: String(resourceVersion) };
}

/** One candidate's way to the store, which tests can disturb, and which counts what passes. */
export class MemoryLock implements ResourceLock {
  readonly store: LockStore;
  /** The requests that were made, in order: `get`, `create`, `update`, `watch`. */
  readonly requests: string[] = [];
  /** Asked before each request other than a watch; undefined lets it pass. */
  fault: (verb: string) => LockFault | undefined = () => undefined;
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

/** What a write makes of the object. Times are kept in whole seconds, as the annotation does. */
function contentOf({ record, holderUid, holdsBoth, release }: LockWrite): LockContent {
  const wholeSeconds = (time: Date | null) => time && new Date(Math.floor(time.getTime() / 1000) * 1000);
  const { acquireTime, renewTime } = record;
  const kept = { ...record, acquireTime: wholeSeconds(acquireTime), renewTime: wholeSeconds(renewTime) };
  return { reading: { kind: 'record', record: kept }, holderUid, holdsBoth, release };
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
