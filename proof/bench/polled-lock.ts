import { delay, systemClock } from '../../base/clock.ts';
import type {
  LockEvent,
  LockObject,
  LockWrite,
  ResourceLock,
} from '../../elector/src/election/resource-lock.ts';

// client-go's tools/leaderelection: JitterFactor.
const jitterFactor = 1.2;

/** The longest time between two reads, as a multiple of retryPeriod. */
export const longestPollShare = 1 + jitterFactor;

/** A lock that is never watched but read on client-go's schedule: every retryPeriod, and up to 1.2 times that longer at random. */
export class PolledLock implements ResourceLock {
  readonly #lock: ResourceLock;
  readonly #retryPeriodMs: number;

  constructor(lock: ResourceLock, retryPeriodMs: number) {
    this.#lock = lock;
    this.#retryPeriodMs = retryPeriodMs;
  }

  get(): Promise<LockObject | null> {
    return this.#lock.get();
  }

  create(write: LockWrite): Promise<LockObject> {
    return this.#lock.create(write);
  }

  update(observed: LockObject, write: LockWrite): Promise<LockObject> {
    return this.#lock.update(observed, write);
  }

  async *watch(_resourceVersion: string | null, signal: AbortSignal): AsyncGenerator<LockEvent, void, void> {
    for (;;) {
      await delay(systemClock, this.#retryPeriodMs * (1 + Math.random() * jitterFactor), signal);
      if (signal.aborted) return;
      const object = await this.get();
      if (object !== null) yield { type: 'changed', object };
    }
  }

  describe(): string {
    return this.#lock.describe();
  }
}
