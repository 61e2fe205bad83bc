import assert from 'node:assert/strict';
import { catchMutant } from '../../simulation/catch-mutant.ts';
import { requireFit } from '../../simulation/elector-under-test.ts';
import { mutants } from '../../simulation/mutants/mutants.ts';

// Each mutant is caught, in more time, by `npm run simulate -- --mutants`. Here the one that is caught first will do.
const patience = [1, 20_000, 60_000];

describe('A breach of one safety rule', () => {
  for (const rule of [1, 2, 3, 4, 5, 6, 7, 8, 9, 'two locks'] as const) {
    it(`of the rule ${rule} is caught by the simulation`, async () => {
      const breaches = mutants.filter((mutant) => mutant.rule === rule);
      for (const mostSteps of patience)
        for (const mutant of breaches) if ((await catchMutant(mutant, { mostSteps })) !== null) return;
      assert.fail(`none of ${breaches.map(({ breach }) => JSON.stringify(breach)).join(', ')} was caught`);
    });
  }

  it('fits the source, each of them', async () => {
    for (const { patches } of mutants) await assert.doesNotReject(requireFit(patches));
  });
});
