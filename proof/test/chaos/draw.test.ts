import assert from 'node:assert/strict';
import { Random } from '../../random.ts';
import { FaultDeck } from '../../chaos/draw.ts';
import type { DrawnFault } from '../../chaos/draw.ts';
import { chaosFaultKinds, traitsOf } from '../../chaos/chaos-faults.ts';

const leaseMs = 3000;

function rounds(seed: number, mayHideLock: (round: number) => boolean): DrawnFault[][] {
  const deck = new FaultDeck(new Random(seed), chaosFaultKinds, leaseMs);
  return Array.from({ length: 300 }, (_, round) => deck.drawRound(3, mayHideLock(round)));
}

describe('The faults that are drawn', () => {
  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(
      rounds(7, () => true),
      rounds(7, () => true),
    );
    assert.notDeepEqual(
      rounds(7, () => true),
      rounds(8, () => true),
    );
  });

  it('give each kind its turn', () => {
    const kinds = rounds(7, () => true)
      .flat()
      .map(({ kind }) => kind);
    const expected = kinds.length / chaosFaultKinds.length;
    for (const kind of chaosFaultKinds) {
      const times = kinds.filter((each) => each === kind).length;
      assert.ok(Math.abs(times - expected) < expected / 10, `${kind}: ${times} of ${kinds.length}`);
    }
  });

  it('come in rounds of one, two or three, and of no more than are wanted', () => {
    const sizes = new Set(rounds(7, () => true).map(({ length }) => length));
    assert.deepEqual([...sizes].sort(), [1, 2, 3]);
    const deck = new FaultDeck(new Random(7), chaosFaultKinds, leaseMs);
    for (let round = 0; round < 100; round += 1) assert.equal(deck.drawRound(1, true).length, 1);
  });

  it('never take the lock away beside a newcomer, nor while somebody may not have seen it', () => {
    const all = rounds(7, (round) => round % 2 === 0);
    for (const [round, faults] of all.entries()) {
      const brings = faults.map(({ kind }) => traitsOf(kind).brings);
      assert.ok(!(brings.includes('no lock') && brings.includes('newcomer')), JSON.stringify(faults));
      assert.ok(round % 2 === 0 || !brings.includes('no lock'), JSON.stringify(faults));
    }
    assert.ok(all.flat().some(({ kind }) => kind === 'lock deleted'));
  });

  it('are over at once, or last for a part of a lease up to a little more than one', () => {
    for (const { kind, lastsMs } of rounds(7, () => true).flat()) {
      if (traitsOf(kind).lasts) assert.ok(lastsMs >= 300 && lastsMs <= 3900, `${kind}: ${lastsMs} ms`);
      else assert.equal(lastsMs, 0);
    }
  });
});
