import assert from 'node:assert/strict';
import { CommandFaultDeck } from '../../../chaos/command/draw.ts';
import { commandFaultKinds, commandFaultTraitsOf } from '../../../chaos/command/faults.ts';
import { Random } from '../../../random.ts';

const rounds = (seed: number) => {
  const deck = new CommandFaultDeck(new Random(seed), 3000);
  return Array.from({ length: 200 }, () => deck.drawRound(3));
};

describe('The faults for commands', () => {
  it('are the same for the same seed', () => assert.deepEqual(rounds(1), rounds(1)));

  it('come in rounds of one to three, each kind as often as the others, more or less', () => {
    const drawn = rounds(1);
    assert.deepEqual(new Set(drawn.map(({ length }) => length)), new Set([1, 2, 3]));
    const times = commandFaultKinds.map((kind) => drawn.flat().filter((fault) => fault.kind === kind).length);
    assert.ok(Math.min(...times) > 0.7 * Math.max(...times), String(times));
  });

  it('never put both elector and guard out of action in one round', () => {
    for (const round of rounds(2)) {
      const disabled = round.filter(({ kind }) => commandFaultTraitsOf(kind).disables !== undefined);
      assert.ok(disabled.length <= 1, round.map(({ kind }) => kind).join());
    }
  });
});
