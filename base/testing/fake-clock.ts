import timers from 'node:timers';
import type { Clock } from '../clock.ts';

// The test runner may replace the global one, and Node's, by a fake of its own.
const { setImmediate } = timers;

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

interface AwaitedTimer {
  readonly delayMs: number;
  readonly isSet: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #monotonic = 5_000;
  #wall = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<Timer>();
  readonly #awaited = new Set<AwaitedTimer>();

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  wall(): number {
    return this.#wall;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + delayMs, callback };
    this.#timers.add(timer);
    for (const awaited of this.#awaited) {
      if (awaited.delayMs !== delayMs) continue;
      this.#awaited.delete(awaited);
      awaited.isSet();
    }
    return () => this.#timers.delete(timer);
  }

  /** Resolves when the next timer of exactly this delay is set. */
  timerSet(delayMs: number): Promise<void> {
    return new Promise((isSet) => this.#awaited.add({ delayMs, isSet }));
  }

  /**
   * Lets time pass: each timer fires at its time, and what it sets going is done before the next. Rejects with a RangeError for what is no
   * time, or less than none.
   */
  async advance(ms: number): Promise<void> {
    requireTime('advance', ms);
    const target = this.#monotonic + ms;
    await settle();
    for (let next = this.#earliest(target); next !== undefined; next = this.#earliest(target)) {
      this.#passUntil(next.at);
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#passUntil(target);
  }

  /** Time passes, and no timer fires: the process was stopped. @throws RangeError for what is no time, or less than none */
  jump(ms: number): void {
    requireTime('jump', ms);
    this.#passUntil(this.#monotonic + ms);
  }

  /**
   * The wall clock is set, ahead or back, or the machine was suspended, which the monotonic clock does not see.
   * @throws RangeError for what is no time
   */
  stepWall(ms: number): void {
    requireTime('stepWall', ms, -Infinity);
    this.#wall += ms;
  }

  #passUntil(monotonic: number): void {
    const ms = Math.max(0, monotonic - this.#monotonic);
    this.#monotonic += ms;
    this.#wall += ms;
  }

  #earliest(target: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= target && (earliest === undefined || timer.at < earliest.at)) earliest = timer;
    }
    return earliest;
  }
}

function requireTime(method: string, ms: number, least = 0): void {
  if (Number.isFinite(ms) && ms >= least) return;
  const allowed = least === 0 ? '0 or more milliseconds' : 'milliseconds';
  throw new RangeError(`${method}() was given ${String(ms)}; it must be ${allowed}`);
}

/** Until all that can go on without time passing has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
