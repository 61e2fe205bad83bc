import { refuseMilliseconds } from '../election/leader-election-config.ts';
import type { LockEvent, LockObject, LockWrite, ResourceLock } from '../election/resource-lock.ts';
import { LockStore } from './lock-store.ts';

/** How somebody else holds the lock, whom there need not be. */
export interface OtherHolder {
  /** For how many seconds the others wait before they take it from that one; whole, 1 or more. Default: 15. */
  readonly leaseDuration?: number;
}

/**
 * A lock in this process's memory, for tests: it is kept as an API server keeps a Lease, and a test decides what becomes of it. All electors
 * that are given the same one compete for it; another process has another, and would lead as well. So it is for tests alone, which may run in
 * a pod; what a service is started with in development is a `DevelopmentLock`, which refuses that.
 */
export class MemoryLock implements ResourceLock {
  readonly #store = new LockStore();
  #outage: Error | null = null;
  #breaking = new AbortController();

  /** The identity of who holds the lock; `""` where nobody does. */
  get holder(): string {
    const reading = this.#store.object?.reading;
    return reading?.kind === 'record' ? reading.record.holderIdentity : '';
  }

  /**
   * Somebody else, of this identity, holds the lock from now on: whoever led stops at once. Nobody renews it, so that after `leaseDuration` on
   * the electors' clocks the next one leads.
   * @throws RangeError for a lease that would not count
   */
  giveTo(identity: string, { leaseDuration = 15 }: OtherHolder = {}): void {
    refuseMilliseconds('leaseDuration', leaseDuration);
    if (!Number.isInteger(leaseDuration) || leaseDuration < 1)
      throw new RangeError(
        `leaseDuration is ${leaseDuration}; it must be a whole number of seconds, 1 or more`,
      );
    this.#store.setRecord({ holderIdentity: identity, leaseDurationSeconds: leaseDuration });
  }

  /** Whoever holds the lock hands it over: the next one leads at once. */
  release(): void {
    this.giveTo('', { leaseDuration: 1 });
  }

  /** The lock is deleted, as by `kubectl delete lease`. */
  remove(): void {
    this.#store.remove();
  }

  /**
   * Requests fail with `error` from now on, watches too: the API server is away, say. Null: it is back.
   * @throws RangeError for anything else
   */
  failWith(error: Error | null): void {
    if (error !== null && !(error instanceof Error))
      throw new RangeError(`failWith() was given ${String(error)}; it must be an Error, or null`);
    this.#outage = error;
    this.#breaking.abort();
    this.#breaking = new AbortController();
  }

  async get(): Promise<LockObject | null> {
    return this.#answer(() => this.#store.object);
  }

  async create(write: LockWrite): Promise<LockObject> {
    return this.#answer(() => this.#store.create(write));
  }

  async update(observed: LockObject, write: LockWrite): Promise<LockObject> {
    return this.#answer(() => this.#store.update(observed, write));
  }

  async *watch(resourceVersion: string | null, signal: AbortSignal): AsyncGenerator<LockEvent, void, void> {
    await this.#answer(() => undefined);
    const isOpen = AbortSignal.any([signal, this.#breaking.signal]);
    yield* this.#store.watch(resourceVersion, isOpen);
  }

  describe(): string {
    return 'the lock in memory';
  }

  async #answer<Answer>(act: () => Answer): Promise<Answer> {
    await Promise.resolve();
    if (this.#outage !== null) throw this.#outage;
    return act();
  }
}
