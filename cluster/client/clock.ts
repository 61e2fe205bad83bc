/** The time and the timers of the cluster's moving parts. Tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, `delayMs` (0 or more) from now. Returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

// setTimeout fires at once for delays that do not fit 31 bits.
const longestTimerMs = 2 ** 31 - 1;

/** This machine's time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), longestTimerMs)).unref();
    return () => clearTimeout(timer);
  },
};

/** A moment as the API writes it: RFC 3339 in whole seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
