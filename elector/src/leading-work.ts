/** What a leader does: called when a term begins; `signal` aborts when it has ended. */
export type OnStartedLeading = (signal: AbortSignal) => Promise<void> | void;

/** The work of the latest term, which may go on after the term has ended. */
export class LeadingWork {
  readonly #onStartedLeading: OnStartedLeading | undefined;
  readonly #onSettled: (error: Error | null) => void;
  #state: 'none' | 'pending' | 'settled' = 'none';
  #ending = new AbortController();

  /** `onSettled` is called whenever the work of a term is over; with what it threw, if it did. */
  constructor(onStartedLeading: OnStartedLeading | undefined, onSettled: (error: Error | null) => void) {
    this.#onStartedLeading = onStartedLeading;
    this.#onSettled = onSettled;
  }

  get isPending(): boolean {
    return this.#state === 'pending';
  }

  get hasSettled(): boolean {
    return this.#state === 'settled';
  }

  /** A term has begun. Never rejects. */
  async begin(): Promise<void> {
    this.#ending = new AbortController();
    if (this.#onStartedLeading === undefined) return;
    this.#state = 'pending';
    let failure: Error | null = null;
    try {
      await this.#onStartedLeading(this.#ending.signal);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#state = 'settled';
    this.#onSettled(failure);
  }

  /** The term has ended: tells the work, once whoever is asking now has its answer. */
  end(): void {
    const ending = this.#ending;
    queueMicrotask(() => ending.abort());
  }
}
