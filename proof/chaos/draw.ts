import type { Random } from '../random.ts';
import { traitsOf } from './chaos-faults.ts';
import type { ChaosFaultKind } from './chaos-faults.ts';
import { Deck } from './deck.ts';

/** Whom a fault befalls, told by the part that a pod plays when the fault begins. */
export type Victim = 'the leader' | 'a standby' | 'the least well';

/** A fault as it was drawn, before anybody knows whom it will befall. */
export interface DrawnFault {
  readonly kind: ChaosFaultKind;
  readonly victim: Victim;
  /** Milliseconds from the beginning of its round. */
  readonly beginsAfterMs: number;
  /** How long it lasts; 0 for one that does not. */
  readonly lastsMs: number;
  readonly latencyMs: number;
}

const leaderShare = 0.6;
const shares = { twoFaults: 0.35, threeFaults: 0.15 };
const longestWaitMs = 1200;
const leaseShares = { shortest: 0.1, longest: 1.3 };
const latencyMs = { least: 20, most: 400 };

/**
 * Draws faults, in rounds of up to three that may overlap. The kinds come as from a deck of cards, so that each has its turn; one
 * that is not possible now waits for the next round.
 */
export class FaultDeck {
  readonly #random: Random;
  readonly #deck: Deck<ChaosFaultKind>;
  readonly #leaseMs: number;

  constructor(random: Random, kinds: readonly ChaosFaultKind[], leaseMs: number) {
    this.#random = random;
    this.#deck = new Deck(random, kinds);
    this.#leaseMs = leaseMs;
  }

  /**
   * The faults of the next round, at most `most` of them. `mayHideLock`: whether every candidate has seen the lock, so that it may be
   * deleted.
   */
  drawRound(most: number, mayHideLock: boolean): DrawnFault[] {
    const size = Math.min(most, this.#roundSize());
    const kinds: ChaosFaultKind[] = [];
    while (kinds.length < size) {
      const kind = this.#deck.draw((candidate) => fits(candidate, kinds, mayHideLock));
      if (kind === null) break;
      kinds.push(kind);
    }
    return kinds.map((kind, index) => this.#detail(kind, index));
  }

  #roundSize(): number {
    const drawn = this.#random.next();
    if (drawn < shares.threeFaults) return 3;
    return drawn < shares.threeFaults + shares.twoFaults ? 2 : 1;
  }

  #detail(kind: ChaosFaultKind, index: number): DrawnFault {
    const random = this.#random;
    const { shortest, longest } = leaseShares;
    return {
      kind,
      victim: this.#victimOf(kind),
      beginsAfterMs: index === 0 ? 0 : random.between(0, longestWaitMs),
      lastsMs: traitsOf(kind).lasts ? random.between(shortest, longest) * this.#leaseMs : 0,
      latencyMs: Math.round(random.between(latencyMs.least, latencyMs.most)),
    };
  }

  #victimOf(kind: ChaosFaultKind): Victim {
    if (this.#random.chance(leaderShare)) return 'the leader';
    // As an operator would: who does not come up again is the first to be replaced.
    return kind === 'pod deleted' ? 'the least well' : 'a standby';
  }
}

function fits(kind: ChaosFaultKind, beside: readonly ChaosFaultKind[], mayHideLock: boolean): boolean {
  const { befalls, brings } = traitsOf(kind);
  if (befalls === 'all' && beside.includes(kind)) return false;
  const others = beside.map((each) => traitsOf(each).brings);
  if (brings === 'no lock') return mayHideLock && !others.includes('newcomer');
  return brings !== 'newcomer' || !others.includes('no lock');
}
