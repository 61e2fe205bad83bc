import { EventEmitter, once } from 'node:events';
import type { LockObject, ResourceLock } from '../../elector/src/election/resource-lock.ts';

// No lease that is waited out here is nearly as long.
const patienceMs = 60_000;

/** A change of a lock, as a bystander saw it. */
interface LockChange {
  /** When it arrived here, by `performance.now()`. */
  readonly at: number;
  /** Who holds the lock since: `""` for nobody. */
  readonly holder: string;
}

/** The changes of a lock, watched by a bystander. */
export class LockHistory {
  readonly #changes: LockChange[] = [];
  readonly #arrivals = new EventEmitter();
  readonly #ending = new AbortController();
  readonly #watched: Promise<void>;
  #hasEnded = false;

  constructor(lock: ResourceLock) {
    this.#watched = this.#watch(lock);
    // Told to whoever waits for a change, or ends this.
    this.#watched.catch(() => undefined);
  }

  /** When the lock was first released after `since`. */
  releasedAt(since: number): Promise<number> {
    return this.#arrivalOf(({ at, holder }) => at >= since && holder === '');
  }

  /** Who holds the lock: `""` for nobody, or as long as nothing was seen. */
  get holder(): string {
    return this.#changes.at(-1)?.holder ?? '';
  }

  /** When another than `former` was first seen to hold the lock after `since`. */
  heldByAnotherAt(former: string, since: number): Promise<number> {
    return this.#arrivalOf(({ at, holder }) => at >= since && holder !== '' && holder !== former);
  }

  /** How often it went from one holder to another after `since`. */
  handoversSince(since: number): number {
    const holders = this.#changes.filter(({ holder }) => holder !== '');
    return holders.filter(
      ({ at, holder }, index) => at >= since && index > 0 && holders[index - 1]?.holder !== holder,
    ).length;
  }

  /** Waits for the next renewal: whoever watches has then seen one as early as this bystander. */
  async renewed(): Promise<void> {
    const now = performance.now();
    await this.#arrivalOf(({ at }) => at >= now);
  }

  /** When this holder's last renewal arrived. @throws Error where none did */
  lastRenewalOf(holder: string): number {
    const renewal = this.#changes.findLast((change) => change.holder === holder);
    if (renewal === undefined) throw new Error(`${holder} was never seen to hold the lock`);
    return renewal.at;
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#watched;
  }

  async #arrivalOf(matches: (change: LockChange) => boolean): Promise<number> {
    const patience = AbortSignal.timeout(patienceMs);
    for (;;) {
      const change = this.#changes.find(matches);
      if (change !== undefined) return change.at;
      await Promise.race([once(this.#arrivals, 'change', { signal: patience }), this.#watched]);
      if (this.#hasEnded) throw new Error('the watch on the lock has ended');
    }
  }

  /** API servers end each watch after some minutes: the next one begins where it ended. */
  async #watch(lock: ResourceLock): Promise<void> {
    let version: string | null = null;
    while (!this.#ending.signal.aborted) {
      for await (const event of lock.watch(version, this.#ending.signal)) {
        if (event.type !== 'changed') continue;
        version = event.object.resourceVersion;
        this.#note(event.object);
      }
    }
    this.#hasEnded = true;
  }

  #note({ reading }: LockObject): void {
    if (reading.kind !== 'record') return;
    this.#changes.push({ at: performance.now(), holder: reading.record.holderIdentity });
    this.#arrivals.emit('change');
  }
}
