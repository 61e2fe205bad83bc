/** The time this app lives in. Tests bring their own. */
export interface Clock {
  /** Milliseconds on a clock that only moves forward, from no particular zero. */
  monotonic(): number;
  /** Milliseconds since 1970; may be stepped either way. */
  wall(): number;
  /** Calls back once, `delayMs` from now; returns what cancels that. */
  after(delayMs: number, callback: () => void): () => void;
}

/** What both clocks showed at one moment. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** The clocks of this process. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.ceil(delayMs));
    return () => clearTimeout(timer);
  },
};

/** The present on both clocks. */
export function now(clock: Clock): Instant {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}

/**
 * Milliseconds since `instant`, by the clock that counted more (rule 5): the monotonic one stands still while the machine
 * is suspended, the wall clock can be set back.
 */
export function longestElapsed(clock: Clock, instant: Instant): number {
  return Math.max(clock.monotonic() - instant.monotonic, clock.wall() - instant.wall);
}

/** Calls `callback` every `periodMs` until what this returns is called. */
export function repeat(clock: Clock, periodMs: number, callback: () => void): () => void {
  let cancel = clock.after(periodMs, again);
  function again() {
    cancel = clock.after(periodMs, again);
    callback();
  }
  return () => cancel();
}

/** Resolves after `delayMs`, or when `signal` aborts. */
export function delay(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener('abort', finish);
  });
}
