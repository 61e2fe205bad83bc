import { longestElapsed, now } from '../../base/clock.ts';
import type { Clock, Instant } from '../../base/clock.ts';

/**
 * Notices that this process did not run for a while: it was stopped, its machine was suspended, or its event loop was held
 * up. What lies unread in a socket then may be as old as the stall, and says nothing about the present.
 */
export class StallDetector {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #lastRan: Instant;

  /** `limitMs`: a pause longer than this between two calls of `stalled()` is a stall. */
  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#lastRan = now(clock);
  }

  /** Whether there was a stall since the last call. Is to be called several times within each limit. */
  stalled(): boolean {
    const pausedMs = longestElapsed(this.#clock, this.#lastRan);
    this.#lastRan = now(this.#clock);
    return pausedMs > this.#limitMs;
  }
}
