import { campaign, type Failure } from './campaign.ts';
import { patchedElector } from './elector-under-test.ts';
import type { Mutant } from './mutants.ts';

/** Runs scenarios with a mutant from seed 1 on; returns the first that broke an invariant, null where none did. */
export async function catchMutant(
  { patches }: Mutant,
  { mostSteps }: { readonly mostSteps: number } = { mostSteps: 2_000_000 },
): Promise<Failure | null> {
  const elector = await patchedElector(patches);
  const { failure } = await campaign({ seed: 1, steps: mostSteps, elector, shrinks: false });
  return failure;
}
