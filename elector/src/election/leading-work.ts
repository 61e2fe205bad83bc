import type { Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';

/** What a leader does: called when a term begins; `signal` aborts when it has ended. */
export type OnStartedLeading = (signal: AbortSignal) => Promise<void> | void;

export interface LeadingWorkOptions {
  readonly clock: Clock;
  readonly onStartedLeading: OnStartedLeading | undefined;
  /** How long work is waited for after its term has ended, in milliseconds; Infinity: without bound. */
  readonly drainTimeoutMs: number;
  /** Called whenever the work of a term is over; with what it threw, if it did. */
  readonly onSettled: (error: Error | null) => void;
}

/** The work of the latest term, which may go on after the term has ended: it drains (rule 6). */
export class LeadingWork {
  readonly #options: LeadingWorkOptions;
  #state: 'none' | 'pending' | 'settled' = 'none';
  #isVouchedFor = false;
  #drainsUntil = -Infinity;
  #ending = new AbortController();

  constructor(options: LeadingWorkOptions) {
    this.#options = options;
  }

  get isPending(): boolean {
    return this.#state === 'pending';
  }

  get hasSettled(): boolean {
    return this.#state === 'settled';
  }

  /** Monotonic time up to which the work of a term that has ended is waited for; the past where nothing is left to wait for. */
  get drainsUntil(): number {
    return this.isPending && !this.#isVouchedFor ? this.#drainsUntil : -Infinity;
  }

  /** A term has begun. Never rejects. */
  async begin(): Promise<void> {
    const { onStartedLeading, onSettled } = this.#options;
    this.#ending = new AbortController();
    this.#isVouchedFor = false;
    if (onStartedLeading === undefined) return;
    this.#state = 'pending';
    let failure: Error | null = null;
    try {
      await onStartedLeading(this.#ending.signal);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(textOf(error));
    }
    this.#state = 'settled';
    onSettled(failure);
  }

  /** The term has ended: tells the work, once whoever is asking now has its answer. */
  end(): void {
    this.#drainsUntil = this.#options.clock.monotonic() + this.#options.drainTimeoutMs;
    const ending = this.#ending;
    queueMicrotask(() => ending.abort());
  }

  /** Somebody has said that the work does nothing any more for which one must lead, although it has not settled. */
  vouchFor(): void {
    this.#isVouchedFor = true;
  }
}
