import type { Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';

/** What a leader does: called when a term begins; `signal` aborts when it has ended. */
export type OnStartedLeading = (signal: AbortSignal) => Promise<void> | void;

export interface LeadingWorkOptions {
  readonly clock: Clock;
  readonly onStartedLeading: OnStartedLeading | undefined;
  /** How long the work is waited for after its term has ended, in milliseconds; Infinity: without bound. */
  readonly drainTimeoutMs: number;
  /** Called whenever a piece of work is over; with what it threw, if that was `onStartedLeading`. */
  readonly onSettled: (error: Error | null) => void;
}

/**
 * What is done in the latest term by whoever must lead for it: `onStartedLeading`, and what `whileLeading()` runs. It may go on after the
 * term has ended: it drains (rule 6).
 */
export class LeadingWork {
  readonly #options: LeadingWorkOptions;
  /** What ends each piece of work that has not settled. */
  readonly #pending = new Set<AbortController>();
  /** What ends the term under way for `onStartedLeading`, which may have settled long before. */
  #ending = new AbortController();
  #hasBegun = false;
  #isVouchedFor = false;
  #drainsUntil = -Infinity;

  constructor(options: LeadingWorkOptions) {
    this.#options = options;
  }

  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether `onStartedLeading` has done its work, and so speaks for all who act on this candidate's answers; nothing else is pending. */
  get hasSettled(): boolean {
    return this.#hasBegun && !this.isPending;
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
    this.#hasBegun = true;
    try {
      await this.#run(onStartedLeading, this.#ending);
    } catch (error) {
      onSettled(error instanceof Error ? error : new Error(textOf(error)));
    }
  }

  /** Runs a piece of work of the term under way: called at once, with a signal of its own. Rejects with what it throws. */
  run(work: (signal: AbortSignal) => unknown): Promise<void> {
    return this.#run(work, new AbortController());
  }

  /** The term has ended: tells the work, once whoever is asking now has its answer. */
  end(): void {
    this.#drainsUntil = this.#options.clock.monotonic() + this.#options.drainTimeoutMs;
    const endings = [this.#ending, ...this.#pending];
    queueMicrotask(() => {
      for (const ending of endings) ending.abort();
    });
  }

  /** Somebody has said that the work does nothing any more for which one must lead, although it has not settled. */
  vouchFor(): void {
    this.#isVouchedFor = true;
  }

  async #run(work: (signal: AbortSignal) => unknown, ending: AbortController): Promise<void> {
    this.#pending.add(ending);
    try {
      await work(ending.signal);
    } finally {
      this.#pending.delete(ending);
      this.#options.onSettled(null);
    }
  }
}
