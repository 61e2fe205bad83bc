import { longestElapsed, type Clock, type Instant } from '../../../base/clock.ts';

/** One unbroken right to lead. */
interface Term {
  /** The resourceVersion of the write that began it (rule 9). */
  readonly fencingToken: string;
  /** Monotonic time at which it began. */
  readonly beganAt: number;
  /** When the last successful write was sent (rule 4). */
  readonly renewedAt: Instant;
}

/** A "yes" that was given out: it may be acted upon for so long (rule 6). */
export interface Grant {
  /** The term's (rule 9). */
  readonly fencingToken: string;
  /** Whole milliseconds, 1 or more, from the moment of asking. */
  readonly validForMs: number;
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
  #renewedUntil = -Infinity;
  #grantedUntil = -Infinity;

  /** `onEnd` is called, synchronously, whenever a term ends. */
  constructor(clock: Clock, renewDeadlineMs: number, onEnd: (because: string) => void) {
    this.#clock = clock;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#onEnd = onEnd;
  }

  /**
   * A write sent at `sentAt` succeeded: prolongs the term, or begins one where the answer was "no" in between. Nothing is
   * gained by an answer that took longer than the right would have lasted, nor where a term would begin that may not (`mayBegin`).
   * Returns whether a term began.
   */
  renew(resourceVersion: string, sentAt: Instant, mayBegin: boolean): boolean {
    this.endIfOver();
    const term = this.#term;
    const remainingMs = this.#remainingOf(sentAt);
    if (remainingMs <= 0 || (term === null && !mayBegin)) return false;
    this.#term = {
      // Rule 9: a renewal keeps the token of the write that began the term.
      fencingToken: term?.fencingToken ?? resourceVersion,
      beganAt: term?.beganAt ?? this.#clock.monotonic(),
      renewedAt: sentAt,
    };
    this.#renewedUntil = Math.max(this.#renewedUntil, this.#clock.monotonic() + remainingMs);
    return term === null;
  }

  /**
   * How much of the right is left, in milliseconds. Where nothing is, the term ends: once that was 0 it stays so until the next successful
   * write, whatever the clocks show later (rule 5).
   */
  endIfOver(): number {
    if (this.#term === null) return 0;
    const remainingMs = this.#remainingOf(this.#term.renewedAt);
    if (remainingMs <= 0) this.end('not renewed in time');
    return Math.max(0, remainingMs);
  }

  /** Whoever asks may act on the answer, so that it is remembered: the lock is not released before it has run out (rule 6). Null: "no". */
  grant(): Grant | null {
    const validForMs = Math.floor(this.endIfOver());
    if (this.#term === null || validForMs < 1) return null;
    this.#rememberGrantOf(validForMs);
    return { fencingToken: this.#term.fencingToken, validForMs };
  }

  /** An earlier process of this candidate held the lock until now: what it granted may last as long as a right that began now. */
  inheritGrants(): void {
    this.#rememberGrantOf(this.#renewDeadlineMs);
  }

  /** Whoever was granted something has said that it no longer acts on it. */
  forgetGrants(): void {
    this.#renewedUntil = -Infinity;
    this.#grantedUntil = -Infinity;
  }

  /** Monotonic time at which the term under way began; null where there is none. */
  get beganAt(): number | null {
    return this.#term?.beganAt ?? null;
  }

  /** The fencing token of the term under way; null where there is none. */
  get fencingToken(): string | null {
    return this.#term?.fencingToken ?? null;
  }

  /** Monotonic time up to which a right may ever have been relied upon without being asked for, as a leader's work does; not before any grant runs out. */
  get renewedUntil(): number {
    return this.#renewedUntil;
  }

  /** Monotonic time at which the last grant runs out; -Infinity where none was given. */
  get grantedUntil(): number {
    return this.#grantedUntil;
  }

  /** The answer is "no" from here on. */
  end(because: string): void {
    if (this.#term === null) return;
    this.#term = null;
    this.#onEnd(because);
  }

  // A later grant may be the shorter one: a wall clock that was set ahead takes from it, and not from those before.
  #rememberGrantOf(ms: number): void {
    this.#grantedUntil = Math.max(this.#grantedUntil, this.#clock.monotonic() + ms);
  }

  #remainingOf(sentAt: Instant): number {
    return this.#renewDeadlineMs - longestElapsed(this.#clock, sentAt);
  }
}
