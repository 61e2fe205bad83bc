import {
  ObjectStore,
  type ObjectChange,
  type ObjectVersion,
  type WriteOutcome,
} from '../../../base/testing/object-store.ts';
import type { LeaderElectionRecord, RecordReading } from '../election/leader-election-record.ts';
import type { LockEvent, LockObject, LockWrite, Release } from '../election/resource-lock.ts';
// The classes of the library itself, which the election looks for: beside it, this is an entry point of its own.
import { ConflictError, ExpiredError } from '../index.ts';

type LockContent = Omit<LockObject, keyof ObjectVersion>;

const path = 'lock';
/** An elector may run by it for days, in development. */
const longestHistory = 1000;

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
    if (this.#objects.historyLength > longestHistory) this.compact();
    return written(this.#objects.update(path, contentOf(write), observed));
  }

  /**
   * The changes after `resourceVersion`, as they come, until `signal` aborts; null: the present state first. A change is left out where
   * `isShown` says so when it happens. @throws ExpiredError
   */
  async *watch(
    resourceVersion: string | null,
    signal: AbortSignal,
    isShown: () => boolean = () => true,
  ): AsyncGenerator<LockEvent, void, void> {
    const queue = this.since(resourceVersion);
    let wake: () => void = () => {};
    const notify = () => wake();
    const unsubscribe = this.#objects.subscribe((change) => {
      if (!signal.aborted && isShown()) queue.push(eventOf(change));
      notify();
    });
    signal.addEventListener('abort', notify);
    try {
      for (;;) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield event;
        if (isAborted(signal)) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', notify);
    }
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
    this.#objects.compact();
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
