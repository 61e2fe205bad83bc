import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { elector as originalElector, type ElectorModule } from './elector-under-test.ts';
import { scenarios, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';

/** How many scenarios one seed gives. */
const scenariosPerSeed = 20;
const mostFaults = 40;

/** A scenario that broke an invariant. */
export interface Failure {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly violation: string;
}

/** What a campaign came to. */
export interface Outcome {
  /** null: nothing was violated. */
  readonly failure: Failure | null;
  readonly steps: number;
  readonly scenarios: number;
  /** How often each fault and each event happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of all histories together: equal for equal seeds. */
  readonly fingerprint: string;
}

export interface CampaignOptions {
  /** The first seed; those that follow are taken until `steps` are done. */
  readonly seed: number;
  readonly steps: number;
  readonly elector?: ElectorModule;
  /** Whether a scenario that failed is made as small as it goes. */
  readonly shrinks?: boolean;
  readonly onSeed?: (seed: number, steps: number) => void;
}

/** Runs scenarios, seed after seed, until enough steps are done or an invariant is broken. */
export async function campaign(options: CampaignOptions): Promise<Outcome> {
  const { elector = originalElector, shrinks = true, onSeed } = options;
  const counts = new Map<string, number>();
  const hash = createHash('sha256');
  let steps = 0;
  let scenariosRun = 0;
  let failure: Failure | null = null;
  for (let seed = options.seed; steps < options.steps && failure === null; seed += 1) {
    const property = fc.asyncProperty(scenarios(mostFaults), async (scenario) => {
      const { world } = await simulate(scenario, elector);
      steps += world.steps;
      scenariosRun += 1;
      hash.update(world.fingerprint());
      for (const [what, times] of world.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    });
    const result = await fc.check(property, { seed, numRuns: scenariosPerSeed, endOnFailure: !shrinks });
    if (result.failed) failure = failureOf(seed, result);
    else onSeed?.(seed, steps);
  }
  return { failure, steps, scenarios: scenariosRun, counts, fingerprint: hash.digest('hex') };
}

/** Runs one scenario. @throws Violation */
export async function simulate(
  scenario: Scenario,
  elector: ElectorModule = originalElector,
  keepsLines = false,
): Promise<Simulation> {
  const simulation = new Simulation(scenario, elector, keepsLines);
  await simulation.run();
  return simulation;
}

function failureOf(seed: number, result: fc.RunDetails<[Scenario]>): Failure {
  const [scenario] = result.counterexample ?? [];
  if (scenario === undefined) throw new Error(`seed ${seed}: ${fc.defaultReportMessage(result) ?? 'no report'}`);
  const { errorInstance } = result;
  const violation = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return { seed, scenario, violation };
}
