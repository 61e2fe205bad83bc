/**
 * Two clocks and the timers that a program runs on. Of the election's rules, rule 2 reads the monotonic clock alone, and rule 5
 * reads both. Tests and the simulator bring their own.
 */
export interface Clock {
  /** Milliseconds on a clock that only moves forward. Its zero has no meaning. */
  monotonic(): number;
  /** Milliseconds since 1970, on a clock that may be stepped in either direction. */
  wall(): number;
  /** Calls back once, `delayMs` (0 or more) from now; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A moment as both clocks saw it. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

// setTimeout fires at once for delays that do not fit 31 bits.
const longestTimerMs = 2 ** 31 - 1;

/** This process's clocks. `performance.now()` stands still while the machine is suspended; `Date.now()` does not. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after: (delayMs, callback) => cancelling(timer(delayMs, callback)),
};

/** The same clocks; its timers do not keep the process alive. */
export const backgroundClock: Clock = {
  ...systemClock,
  after: (delayMs, callback) => cancelling(timer(delayMs, callback).unref()),
};

/**
 * The same clocks for all processes of a machine: a moment that one of them has read means the same to another. (The zero of
 * `performance.now()` is a process's own.)
 */
export const machineClock: Clock = {
  ...systemClock,
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
};

function timer(delayMs: number, callback: () => void): NodeJS.Timeout {
  // Time passes while a delay is computed, so that it may be below 0 by now.
  return setTimeout(callback, Math.min(Math.max(0, Math.ceil(delayMs)), longestTimerMs));
}

function cancelling(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

/** The present moment on both clocks. */
export function now(clock: Clock): Instant {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}

/** Milliseconds since `instant` on the clock that says more: what was granted to others may count on (rule 5). */
export function longestElapsed(clock: Clock, instant: Instant): number {
  return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);
}

/** Calls back every `periodMs`; returns what stops it. */
export function repeat(clock: Clock, periodMs: number, callback: () => void): () => void {
  let cancel = clock.after(periodMs, function again() {
    cancel = clock.after(periodMs, again);
    callback();
  });
  return () => cancel();
}

/** Waits `delayMs`, or until `signal` aborts, whichever is first. Never rejects. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** What `promise` brings, or a rejection with `late` where that takes longer than `ms`. */
export function inTime<T>(clock: Clock, ms: number, promise: Promise<T>, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new Error(late)));
    promise.finally(cancel).then(resolve, reject);
  });
}
