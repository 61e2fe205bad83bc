import { EventEmitter, once } from 'node:events';
import type { ResourceLock } from '../../elector/src/resource-lock.ts';

/** A change of a lock, as a bystander saw it. */
export interface LockChange {
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

  constructor(lock: ResourceLock) {
    this.#watched = this.#watch(lock);
  }

  /** When the lock was first released after `since`. */
  async releasedAt(since: number): Promise<number> {
    for (;;) {
      const release = this.#changes.find(({ at, holder }) => at >= since && holder === '');
      if (release !== undefined) return release.at;
      await once(this.#arrivals, 'change', { signal: this.#ending.signal });
    }
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

  async #watch(lock: ResourceLock): Promise<void> {
    for await (const event of lock.watch(null, this.#ending.signal)) {
      if (event.type !== 'changed' || event.object.reading.kind !== 'record') continue;
      const at = performance.now();
      this.#changes.push({ at, holder: event.object.reading.record.holderIdentity });
      this.#arrivals.emit('change');
    }
  }
}
