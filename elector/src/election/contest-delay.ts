const firstSpreadMs = 4;
const widestSpreadMs = 50;

/**
 * How long a candidate waits before it contests a free lock: a random time within a few milliseconds, spread wider after each
 * contest it lost, so that of many candidates only a few write.
 */
export class ContestDelay {
  readonly #random: () => number;
  #spreadMs = firstSpreadMs;
  #delayMs: number;

  constructor(random: () => number) {
    this.#random = random;
    this.#delayMs = random() * firstSpreadMs;
  }

  /** The delay before the next contest, in milliseconds. */
  get ms(): number {
    return this.#delayMs;
  }

  lost(): void {
    this.#draw(Math.min(2 * this.#spreadMs, widestSpreadMs));
  }

  won(): void {
    this.#draw(firstSpreadMs);
  }

  #draw(spreadMs: number): void {
    this.#spreadMs = spreadMs;
    this.#delayMs = this.#random() * spreadMs;
  }
}
