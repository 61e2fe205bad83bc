import { campaign, simulate, type Failure } from './campaign.ts';
import { patchedElector } from './elector-under-test.ts';
import type { Mutant } from './mutants/mutant.ts';

/**
 * Runs scenarios with a mutant, from seed 1 on; returns the first in which it breaks an invariant and the elector as it is does not,
 * null where there is none.
 */
export async function catchMutant(
  { patches, among }: Mutant,
  { mostSteps }: { readonly mostSteps: number },
): Promise<Failure | null> {
  const elector = await patchedElector(patches);
  let stepsDone = 0;
  for (let seed = 1; stepsDone < mostSteps;) {
    const options = { seed, steps: mostSteps - stepsDone, elector, among, shrinks: false };
    const { failure, steps, lastSeed } = await campaign(options);
    if (failure === null) return null;
    const { violation } = await simulate(failure.scenario);
    if (violation === null) return failure;
    stepsDone += steps;
    seed = lastSeed + 1;
  }
  return null;
}
