import type { Random } from '../../random.ts';
import { Deck } from '../deck.ts';
import { commandFaultKinds, fits, commandFaultTraitsOf, type CommandFaultKind } from './faults.ts';

/** A fault as it was drawn. */
export interface DrawnCommandFault {
  readonly kind: CommandFaultKind;
  /** Whether it befalls the candidate whose command runs when it begins; else another. */
  readonly befallsLeader: boolean;
  /** Milliseconds from the beginning of its round. */
  readonly beginsAfterMs: number;
  /** How long it lasts; 0 for one that does not. */
  readonly lastsMs: number;
  /** For `API server slow`: how much later everything arrives, in each direction. */
  readonly latencyMs: number;
}

const leaderShare = 0.75;
const longestWaitMs = 1200;
const leaseShares = { shortest: 0.1, longest: 1.3 };
const latencyMs = { least: 20, most: 400 };

/** Draws faults, in rounds of up to three that may overlap. The kinds come as from a deck of cards, so that each has its turn. */
export class CommandFaultDeck {
  readonly #random: Random;
  readonly #deck: Deck<CommandFaultKind>;
  readonly #leaseMs: number;

  constructor(random: Random, leaseMs: number) {
    this.#random = random;
    this.#deck = new Deck(random, commandFaultKinds);
    this.#leaseMs = leaseMs;
  }

  /** The faults of the next round, at most `most` of them. */
  drawRound(most: number): DrawnCommandFault[] {
    const size = Math.min(most, 1 + Math.floor(this.#random.next() * 3));
    const kinds: CommandFaultKind[] = [];
    while (kinds.length < size) {
      const kind = this.#deck.draw((candidate) => fits(candidate, kinds));
      if (kind === null) break;
      kinds.push(kind);
    }
    return kinds.map((kind, index) => this.#detail(kind, index));
  }

  #detail(kind: CommandFaultKind, index: number): DrawnCommandFault {
    const random = this.#random;
    const { shortest, longest } = leaseShares;
    return {
      kind,
      befallsLeader: commandFaultTraitsOf(kind).befalls === 'the leader' || random.chance(leaderShare),
      beginsAfterMs: index === 0 ? 0 : random.between(0, longestWaitMs),
      lastsMs: commandFaultTraitsOf(kind).lasts ? random.between(shortest, longest) * this.#leaseMs : 0,
      latencyMs: Math.round(random.between(latencyMs.least, latencyMs.most)),
    };
  }
}
