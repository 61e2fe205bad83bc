import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { originalElector, type ElectorModule } from './elector-under-test.ts';
import type { FaultKind } from './faults.ts';
import { scenarios, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import { InvariantViolation, type World } from './world.ts';

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
export interface CampaignOutcome {
  /** null: nothing was violated. */
  readonly failure: Failure | null;
  readonly lastSeed: number;
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
  /** The only faults there are; default: all. */
  readonly among?: readonly FaultKind[] | undefined;
  /** Whether a scenario that failed is made as small as it goes. */
  readonly shrinks?: boolean;
}

/** Runs scenarios, seed after seed, until enough steps are done or an invariant is broken. */
export async function campaign(options: CampaignOptions): Promise<CampaignOutcome> {
  const { elector = originalElector, shrinks = true, among } = options;
  const counts = new Map<string, number>();
  const hash = createHash('sha256');
  let steps = 0;
  let scenariosRun = 0;
  let failure: Failure | null = null;
  let lastSeed = options.seed;
  for (let seed = options.seed; steps < options.steps && failure === null; seed += 1) {
    lastSeed = seed;
    const property = fc.asyncProperty(scenarios(mostFaults, among), async (scenario) => {
      const { world, violation } = await simulate(scenario, elector);
      if (violation !== null) throw violation;
      steps += world.steps;
      scenariosRun += 1;
      hash.update(world.fingerprint());
      for (const [what, times] of world.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    });
    const result = await fc.check(property, { seed, numRuns: scenariosPerSeed, endOnFailure: !shrinks });
    if (result.failed) failure = failureOf(seed, result);
  }
  return { failure, lastSeed, steps, scenarios: scenariosRun, counts, fingerprint: hash.digest('hex') };
}

/** What one scenario came to. */
export interface History {
  readonly world: World;
  /** null: nothing was violated. */
  readonly violation: InvariantViolation | null;
}

/** Runs one scenario; `keepsLines`: whether the history can be read afterwards. */
export async function simulate(
  scenario: Scenario,
  elector: ElectorModule = originalElector,
  keepsLines = false,
): Promise<History> {
  const simulation = new Simulation(scenario, elector, keepsLines);
  try {
    await simulation.run();
    return { world: simulation.world, violation: null };
  } catch (error) {
    if (error instanceof InvariantViolation) return { world: simulation.world, violation: error };
    throw error;
  }
}

function failureOf(seed: number, result: fc.RunDetails<[Scenario]>): Failure {
  const [scenario] = result.counterexample ?? [];
  if (scenario === undefined)
    throw new Error(`seed ${seed}: ${fc.defaultReportMessage(result) ?? 'no report'}`);
  const { errorInstance } = result;
  const violation = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return { seed, scenario, violation };
}
