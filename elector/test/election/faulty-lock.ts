import type { LockEvent, LockObject, LockWrite, ResourceLock } from '../../src/election/resource-lock.ts';
import type { LockStore } from '../../src/testing/lock-store.ts';

/** What happens to one request: it fails before it arrives, its answer gets lost, or it waits until it is let go. */
export type LockFault = { error: Error } | { lostAnswer: Error } | { heldUntil: Promise<void> };

/** One candidate's way to the store, which tests can disturb, and which counts what passes. */
export class FaultyLock implements ResourceLock {
  readonly store: LockStore;
  /** The requests that were made, in order: `get`, `create`, `update`, `watch`. */
  readonly requests: string[] = [];
  /** Asked before each request other than a watch; undefined lets it pass. */
  fault: (verb: string) => LockFault | undefined = () => undefined;
  /** Set: watches fail with it. */
  watchError: Error | null = null;
  /** While true, watches stay open and show nothing. */
  watchIsSilent = false;
  #ending = new AbortController();

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
    this.#ending = new AbortController();
    const ending = this.#ending.signal;
    yield* this.store.watch(resourceVersion, AbortSignal.any([signal, ending]), () => !this.watchIsSilent);
    if (ending.reason instanceof Error && ending.reason.name !== 'AbortError') throw ending.reason;
  }

  describe(): string {
    return 'memory default/example';
  }

  /** Ends the watch under way, as a server does after a while, or as a broken connection does. */
  endWatch(error?: Error): void {
    this.#ending.abort(error);
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
