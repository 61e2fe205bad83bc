import { delay, type Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { ObservedLock } from './observed-lock.ts';
import { ExpiredError, ForbiddenError, ThrottledError } from './resource-lock.ts';

/** What a reflector runs on. */
export interface ReflectorOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** The time between two reads where watching is forbidden, in milliseconds. */
  readonly retryPeriodMs: number;
}

const shortestBackoffMs = 50;
const longestBackoffMs = 1000;

// A holder renews 7.5 times a lease (client-go's proportions); a watch that shows none of 3 renewals is not trusted. Renewals within
// one second may not show: times in an annotation have whole seconds.
const missedRenewalsShare = 3 / 7.5;
const recordResolutionMs = 1000;

/**
 * Keeps a lock observed: reads it once, then holds one watch. A watch that ends is resumed where it ended; one that shows no
 * renewal of a held lock is replaced; where watching is forbidden the lock is read every retryPeriod instead, and the
 * watch tried again after each lease.
 */
export class Reflector {
  readonly #lock: ObservedLock;
  readonly #options: ReflectorOptions;
  /** Where the next watch begins; null: with the present state; undefined: nowhere, the lock must be read first. */
  #resumeFrom: string | null | undefined;
  #backoffMs = shortestBackoffMs;
  #reported = '';

  constructor(lock: ObservedLock, options: ReflectorOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  /** Runs until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resumeFrom === undefined) await this.#read();
        if (!isAborted(signal)) await this.#watch(signal);
      } catch (error) {
        if (!isAborted(signal)) await this.#recover(error, signal);
      }
    }
  }

  async #read(): Promise<void> {
    await this.#lock.refresh();
    this.#resumeFrom = this.#lock.object?.resourceVersion ?? null;
  }

  /** Follows one watch until the server ends it, it fails, or it shows no renewal for too long. */
  async #watch(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener('abort', end);
    const stall = this.#detectStall(end);
    try {
      for await (const event of this.#lock.lock.watch(this.#resumeFrom ?? null, ending.signal)) {
        this.#report('info', 'watching');
        this.#backoffMs = shortestBackoffMs;
        this.#resumeFrom = event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion;
        this.#lock.accept(event);
        stall.rearm();
      }
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      stall.cancel();
      signal.removeEventListener('abort', end);
    }
    if (ending.signal.aborted) this.#resumeFrom = undefined;
    else await this.#backOff(signal);
  }

  #detectStall(onStall: () => void): { rearm: () => void; cancel: () => void } {
    let cancel = () => {};
    const rearm = () => {
      cancel();
      const stalledMs = this.#lock.leaseDurationMs * missedRenewalsShare + recordResolutionMs;
      cancel = this.#options.clock.after(stalledMs, () => (this.#lock.isHeld ? onStall() : rearm()));
    };
    rearm();
    return { rearm, cancel: () => cancel() };
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const mayRead = this.#resumeFrom !== undefined;
    if (error instanceof ForbiddenError && mayRead) return this.#poll(error, signal);
    if (error instanceof ExpiredError) this.#resumeFrom = undefined;
    else
      this.#report('warn', mayRead ? 'watching failed, tries again' : 'reading failed, tries again', error);
    if (error instanceof ThrottledError) await delay(this.#options.clock, error.retryAfterMs, signal);
    else await this.#backOff(signal);
  }

  /** Reads every retryPeriod, for one lease. */
  async #poll(because: ForbiddenError, signal: AbortSignal): Promise<void> {
    const { clock, retryPeriodMs } = this.#options;
    this.#report('warn', 'watching is forbidden, reads every retryPeriod instead', because);
    this.#resumeFrom = undefined;
    const until = clock.monotonic() + this.#lock.leaseDurationMs;
    while (!signal.aborted && clock.monotonic() < until) {
      await delay(clock, retryPeriodMs, signal);
      if (!isAborted(signal))
        await this.#lock
          .refresh()
          .catch((error: unknown) => this.#report('warn', 'reading failed, tries again', error));
    }
  }

  async #backOff(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    await delay(clock, this.#backoffMs * (0.5 + random() / 2), signal);
    this.#backoffMs = Math.min(2 * this.#backoffMs, longestBackoffMs);
  }

  /** Says each change of mode once. */
  #report(level: 'info' | 'warn', mode: string, error?: unknown): void {
    if (mode === this.#reported) return;
    this.#reported = mode;
    this.#options.log[level](mode, error instanceof Error ? { error: error.message } : {});
  }
}

// Read through a function, since awaiting in between lets it change although the type checker thinks it cannot.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
