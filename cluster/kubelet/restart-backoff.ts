import type { Clock } from '../../base/clock.ts';

const firstMs = 10_000;
const longestMs = 300_000;
const forgottenAfterMs = 2 * longestMs;

/**
 * How long to wait before something that failed is tried again: not at all the first time, then 10 s, twice as long each
 * time up to 5 min, and from the beginning after 10 min of peace. The kubelet's rule for restarts and image pulls.
 */
export class RestartBackoff {
  readonly #clock: Clock;
  #delayMs = 0;
  #lastTryAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The delay that is in force after a failure at `failedAt`, in whole milliseconds; 0 for the first. */
  delayMs(failedAt: number): number {
    return this.#isForgotten(failedAt) ? 0 : this.#delayMs;
  }

  /** What is left of that delay now. */
  remainingMs(failedAt: number): number {
    return Math.max(0, failedAt + this.delayMs(failedAt) - this.#clock.wall());
  }

  /** Counts a try after a failure at `failedAt`. */
  countTry(failedAt: number): void {
    this.#delayMs = this.#isForgotten(failedAt) ? firstMs : Math.min(this.#delayMs * 2, longestMs);
    this.#lastTryAt = this.#clock.wall();
  }

  #isForgotten(failedAt: number): boolean {
    return this.#delayMs === 0 || failedAt - this.#lastTryAt > forgottenAfterMs;
  }
}
