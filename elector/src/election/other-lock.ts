import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import { ObservedLock } from './observed-lock.ts';
import type { ObservedLocks } from './observed-locks.ts';
import { ForbiddenError, type ResourceLock } from './resource-lock.ts';

const free = 'nobody leads by the other lock';

/** What the other lock is judged by. */
export interface OtherLockOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** In milliseconds, as the next. */
  readonly leaseDurationMs: number;
  readonly retryPeriodMs: number;
  /** The lock that this candidate does use. */
  readonly own: ObservedLocks;
}

/**
 * The lock of the same election that this candidate does not use: a fleet that is being moved may still lead by it. A lock
 * cannot be written on the condition that another is free, so whoever uses one alone first writes its own and then reads the
 * other, and leads only if nobody leads by that: of two who do so at once, the later reader sees what the other wrote. (A GET without
 * resourceVersion is answered with the most recent state: Kubernetes API concepts, "Semantics for get and list".)
 */
export class OtherLock {
  readonly #lock: ObservedLock;
  readonly #options: OtherLockOptions;
  readonly #modes: ModeLog;
  /** Whether it may not be read, and never could be. */
  #isForbidden = false;
  #readAgainAt = -Infinity;

  constructor(lock: ResourceLock, options: OtherLockOptions) {
    this.#lock = new ObservedLock(lock, { ...options, onChange: () => {} });
    this.#options = options;
    this.#modes = new ModeLog({ ...options, initially: free });
  }

  /**
   * Whether somebody may lead by it, as far as is known. Nobody does who says there that it holds our lock as well: our lock then
   * says all there is to know. Where it could never be read nothing can be known, and it does not count.
   */
  get isLive(): boolean {
    if (this.#lock.object === undefined) return !this.#isForbidden;
    return this.#lock.freeAt > this.#options.clock.monotonic() && !this.#lock.isHeldWithOther;
  }

  /**
   * The monotonic time from which it is to be read again while it is live: after one retryPeriod and up to half of another, at random.
   * Two who bar each other would otherwise go on doing so in step.
   */
  get readAgainAt(): number {
    return this.#readAgainAt;
  }

  /** Why it bars this candidate, for people. */
  get obstacle(): string {
    const lock = this.#lock.lock.describe();
    if (this.#lock.object === undefined) return `${lock} has not been read yet`;
    const { holderIdentity } = this.#lock;
    const holder = holderIdentity === null ? 'somebody' : JSON.stringify(holderIdentity);
    return `${lock} is held by ${holder}, who does not hold ${this.#options.own.describe()}`;
  }

  /**
   * Reads it. Rejects where that fails; except where it never succeeded and there is no permission (403): a role from before, which knows
   * one kind of lock alone. What was seen once stays as it was seen, whatever error comes after.
   */
  async refresh(): Promise<void> {
    const { clock, random, retryPeriodMs } = this.#options;
    this.#readAgainAt = clock.monotonic() + retryPeriodMs * (1 + random() / 2);
    try {
      await this.#lock.refresh();
      this.#isForbidden = false;
    } catch (error) {
      if (!(error instanceof ForbiddenError) || this.#lock.object !== undefined) throw error;
      this.#isForbidden = true;
    }
    this.#report();
  }

  #report(): void {
    const lock = this.#lock.lock.describe();
    if (this.#isForbidden)
      this.#modes.is('warn', 'may not read this lock: whether others lead by it is not known', { lock });
    else if (this.isLive) this.#modes.is('warn', 'does not stand', { because: this.obstacle });
    else this.#modes.is('info', free);
  }
}
