import type { Clock } from '../src/clock.ts';

/** A clock that moves only when a test moves it. */
export class FakeClock implements Clock {
  #monotonic = 1_000_000;
  #wall = Date.UTC(2026, 0, 2, 3, 4, 5);
  readonly #timers = new Set<{ at: number; callback: () => void }>();
  readonly #awaited: { delayMs: number; resolve: () => void }[] = [];

  monotonic(): number {
    return this.#monotonic;
  }

  wall(): number {
    return this.#wall;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + delayMs, callback };
    this.#timers.add(timer);
    const [seen] = this.#awaited.filter((wish) => wish.delayMs === delayMs);
    if (seen) {
      this.#awaited.splice(this.#awaited.indexOf(seen), 1);
      seen.resolve();
    }
    return () => this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Resolves when the next timer of exactly this delay is set. */
  timerSet(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#awaited.push({ delayMs, resolve }));
  }

  /** Time passes, and timers call back when they are due. */
  pass(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.sleep(Math.max(0, next.at - this.#monotonic));
      next.callback();
    }
    this.sleep(end - this.#monotonic);
  }

  /** Time passes while the process does not run: no timer calls back. */
  sleep(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  /** The wall clock alone moves: the machine was suspended, or (negative) somebody set the clock back. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }
}
