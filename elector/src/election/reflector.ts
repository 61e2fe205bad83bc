import { delay, type Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Failures } from './failures.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import { recordResolutionMs } from './leader-election-record.ts';
import type { ObservedLock } from './observed-lock.ts';
import { ExpiredError, ForbiddenError, ThrottledError } from './resource-lock.ts';
import { WatchPosition } from './watch-position.ts';

/** What a reflector runs on. */
export interface ReflectorOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Who else is told what fails. */
  readonly failures?: Failures;
  /** The time between two reads where watching is forbidden, in milliseconds. */
  readonly retryPeriodMs: number;
}

const shortestBackoffMs = 50;
const longestBackoffMs = 1000;

// A holder renews every third of the lease, or more often; a watch that shows none of two renewals is not trusted.
const missedRenewalsShare = 2 / 3;

/**
 * Keeps a lock observed: reads it once, then holds one watch. A watch that ends is resumed where it ended, unless the server does not
 * know that place any more; one that shows no renewal of a held lock is replaced; where watching is forbidden the lock is read every
 * retryPeriod instead, and the watch tried again after each lease.
 */
export class Reflector {
  readonly #lock: ObservedLock;
  readonly #options: ReflectorOptions;
  readonly #modes: ModeLog;
  readonly #position = new WatchPosition();
  #backoffMs = shortestBackoffMs;

  constructor(lock: ObservedLock, options: ReflectorOptions) {
    this.#lock = lock;
    this.#options = options;
    this.#modes = new ModeLog(options);
  }

  /** Runs until `signal` aborts; an answer that is on its way then is not waited for. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([this.#reflect(signal), aborted]);
  }

  async #reflect(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await (this.#position.isKnown ? this.#watch(signal) : this.#read(signal));
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      await this.#lock.refresh();
      this.#position.set(this.#lock.object?.resourceVersion ?? null);
      this.#options.failures?.succeeded(this);
    } catch (error) {
      if (isAborted(signal)) return;
      this.#failed('reading failed, tries again', error);
      await this.#backOff(error, signal);
    }
  }

  /** Holds one watch, and then waits for as long as is proper before the next. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const openedAt = clock.monotonic();
    const error = await this.#follow(signal).catch((reason: unknown) => reason);
    if (isAborted(signal)) return;
    if (error instanceof ForbiddenError) {
      await this.#poll(error, signal);
      return;
    }
    if (error instanceof Error && !(error instanceof ExpiredError)) {
      this.#failed('watching failed, tries again', error);
    }
    // One that did not last shows nothing for the next, whatever it has shown of the lock.
    if (clock.monotonic() - openedAt > longestBackoffMs) this.#backoffMs = shortestBackoffMs;
    await this.#backOff(error, signal);
  }

  /** Follows one watch until the server ends it, it fails (then it rejects), or it shows no renewal for too long. */
  async #follow(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener('abort', end);
    const stall = this.#detectStall(end);
    let hasShownAny = false;
    try {
      for await (const event of this.#lock.lock.watch(this.#position.resourceVersion, ending.signal)) {
        hasShownAny = true;
        this.#position.advance(
          event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion,
        );
        this.#modes.is('info', 'watching');
        this.#options.failures?.succeeded(this);
        this.#lock.accept(event);
        stall.rearm();
      }
      if (!hasShownAny) this.#position.wasFruitless(null);
    } catch (error) {
      this.#position.wasFruitless(error);
      if (!ending.signal.aborted) throw error;
    } finally {
      stall.cancel();
      signal.removeEventListener('abort', end);
      if (ending.signal.aborted) this.#position.forget();
    }
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

  /** Reads every retryPeriod, for one lease. */
  async #poll(because: ForbiddenError, signal: AbortSignal): Promise<void> {
    const { clock, retryPeriodMs } = this.#options;
    this.#position.forget();
    const until = clock.monotonic() + this.#lock.leaseDurationMs;
    let error: unknown = null;
    while (clock.monotonic() < until) {
      if (error === null) this.#warn('watching is forbidden, reads every retryPeriod instead', because);
      else this.#failed('reading failed, tries again', error);
      await delay(clock, Math.max(retryPeriodMs, this.#askedMs(error)), signal);
      if (isAborted(signal)) return;
      error = await this.#lock.refresh().then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) this.#options.failures?.succeeded(this);
    }
  }

  /** Waits before the next try: for longer each time, and no shorter than the server asks. */
  async #backOff(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const pauseMs = Math.max(this.#backoffMs * (0.5 + random() / 2), this.#askedMs(error));
    this.#backoffMs = Math.min(2 * this.#backoffMs, longestBackoffMs);
    await delay(clock, pauseMs, signal);
  }

  /** For how long the server asks to be left alone, of which no more counts than the lease: a lock must be seen to be free. */
  #askedMs(error: unknown): number {
    return error instanceof ThrottledError ? Math.min(error.retryAfterMs, this.#lock.leaseDurationMs) : 0;
  }

  #failed(mode: string, error: unknown): void {
    this.#warn(mode, error);
    this.#options.failures?.failed(this, error);
  }

  #warn(mode: string, error: unknown): void {
    this.#modes.is('warn', mode, { error: textOf(error) });
  }
}

// Read through a function, since awaiting in between lets it change although the type checker thinks it cannot.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
