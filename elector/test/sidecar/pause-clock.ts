import type { Clock } from '../../../base/clock.ts';

/** A clock on which nothing but the pauses between two checks passes, each when the test says so. */
export class PauseClock implements Clock {
  #now = 5_000;
  #pause: { readonly delayMs: number; readonly callback: () => void } | null = null;
  #onPause: () => void = () => {};

  monotonic = () => this.#now;
  wall = () => this.#now;

  after(delayMs: number, callback: () => void): () => void {
    this.#pause = { delayMs, callback };
    this.#onPause();
    return () => (this.#pause = null);
  }

  /** Resolves once a check is over, with the milliseconds to the next. */
  async pause(): Promise<number> {
    if (this.#pause === null) await new Promise<void>((resolve) => (this.#onPause = resolve));
    return this.#pause?.delayMs ?? NaN;
  }

  /** Lets the pause pass and the next check be made; resolves with the milliseconds to the one after it. */
  async nextCheck(): Promise<number> {
    this.#now += await this.pause();
    this.#pause?.callback();
    return this.pause();
  }
}
