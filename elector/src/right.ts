import { longestElapsed, type Clock, type Instant } from './clock.ts';

/** One unbroken right to lead. */
interface Term {
  /** The resourceVersion of the write that began it (rule 9). */
  readonly fencingToken: string;
  /** When the last successful write was sent (rule 4). */
  readonly renewedAt: Instant;
}

/**
 * The right to say "I lead": given by successful writes alone, for `renewDeadlineMs` from the moment each was sent (rule 4);
 * computed when asked (rule 5); remembered for as long as somebody may act on a "yes" (rule 6).
 */
export class Right {
  readonly #clock: Clock;
  readonly #renewDeadlineMs: number;
  readonly #onEnd: (because: string) => void;
  #term: Term | null = null;
  #promisedUntil = -Infinity;

  /** `onEnd` is called, synchronously, whenever a term ends. */
  constructor(clock: Clock, renewDeadlineMs: number, onEnd: (because: string) => void) {
    this.#clock = clock;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#onEnd = onEnd;
  }

  /** The term under way; null while this candidate has no right to lead. */
  get term(): Term | null {
    return this.remainingMs() > 0 ? this.#term : null;
  }

  /**
   * A write sent at `sentAt` succeeded: prolongs the term, or begins one where the answer was "no" in between. Nothing is
   * gained by an answer that took longer than the right would have lasted. Returns whether a term began.
   */
  renew(resourceVersion: string, sentAt: Instant): boolean {
    const fencingToken = this.term?.fencingToken ?? resourceVersion;
    const begins = this.#term === null;
    if (this.#remainingOf(sentAt) <= 0) return false;
    this.#term = { fencingToken, renewedAt: sentAt };
    return begins;
  }

  /** How much of the right is left, in milliseconds. Once it was 0 it stays so until the next successful write. */
  remainingMs(): number {
    if (this.#term === null) return 0;
    const remainingMs = this.#remainingOf(this.#term.renewedAt);
    if (remainingMs <= 0) this.end('not renewed in time');
    return Math.max(0, remainingMs);
  }

  /** As `remainingMs()`, for somebody who may act on the answer for that long (rule 6). */
  promise(): number {
    const remainingMs = this.remainingMs();
    if (remainingMs > 0) this.#promisedUntil = this.#clock.monotonic() + remainingMs;
    return remainingMs;
  }

  /** An earlier process of this candidate held the lock until now: what it promised may last as long as a right that began now. */
  inheritPromise(): void {
    this.#promisedUntil = this.#clock.monotonic() + this.#renewDeadlineMs;
  }

  /** Whoever was promised something has said that it no longer acts on it. */
  forgetPromise(): void {
    this.#promisedUntil = -Infinity;
  }

  /** Monotonic time at which the last promise ends; -Infinity where none was made. */
  get promisedUntil(): number {
    return this.#promisedUntil;
  }

  /** The answer is "no" from here on. */
  end(because: string): void {
    if (this.#term === null) return;
    this.#term = null;
    this.#onEnd(because);
  }

  #remainingOf(sentAt: Instant): number {
    return this.#renewDeadlineMs - longestElapsed(this.#clock, sentAt);
  }
}
