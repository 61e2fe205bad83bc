import type { Random } from '../random.ts';

/** Draws as from a deck of cards, so that each has its turn. */
export class Deck<Card> {
  readonly #random: Random;
  readonly #cards: readonly Card[];
  #left: Card[] = [];

  constructor(random: Random, cards: readonly Card[]) {
    this.#random = random;
    this.#cards = cards;
  }

  /** The next card that is possible now; the others wait. Null where none is. */
  draw(isPossible: (card: Card) => boolean): Card | null {
    if (!this.#left.some(isPossible)) this.#left.push(...this.#shuffled());
    const index = this.#left.findIndex(isPossible);
    return index === -1 ? null : (this.#left.splice(index, 1)[0] ?? null);
  }

  #shuffled(): Card[] {
    return this.#cards
      .map((card) => ({ card, order: this.#random.next() }))
      .sort((one, other) => one.order - other.order)
      .map(({ card }) => card);
  }
}
