// `npm run simulate`: the election under simulated faults.
import { withOptions, type Command, type OptionValues } from '../../base/options.ts';
import { wholeNumber } from '../../base/rules.ts';
import { runCommand } from '../../base/run-command.ts';
import { exitCode, type ExitCode } from '../../base/user-error.ts';
import { campaign, simulate, type Failure, type CampaignOutcome } from './campaign.ts';
import { catchMutant } from './catch-mutant.ts';
import { originalElector } from './elector-under-test.ts';
import { mutants } from './mutants/mutants.ts';

const shownEvents = 40;
const mostStepsOfMutant = 5_000_000;

const seedOrSteps = wholeNumber(0, 999_999_999);
const command = {
  command: 'npm run simulate',
  summary: 'Runs the election under simulated faults, and ends with 1 where that violates an invariant.',
  options: {
    seed: { form: '--seed N', description: 'the first seed', rule: seedOrSteps, default: '1' },
    steps: {
      form: '--steps N',
      description: 'how many steps to do at least',
      rule: seedOrSteps,
      default: '1000000',
    },
    replay: {
      form: '--replay N',
      description:
        'the histories of this seed alone: prints their fingerprint, and where one fails its smallest form and its last events',
      rule: seedOrSteps,
      default: null,
    },
    mutants: {
      form: '--mutants',
      description: 'breaks the safety rules one by one, and shows that each breach is caught',
    },
  },
} as const satisfies Command;

async function simulation(options: OptionValues<typeof command.options>): Promise<ExitCode> {
  if (options.mutants) return breakRules();
  if (options.replay !== null) return run({ seed: options.replay, steps: 1 });
  return run(options);
}

async function run({ seed, steps }: { readonly seed: number; readonly steps: number }): Promise<ExitCode> {
  const startedAt = performance.now();
  const outcome = await campaign({ seed, steps });
  const seconds = (performance.now() - startedAt) / 1000;
  printCounts(outcome);
  print(`seeds         ${seed} to ${outcome.lastSeed}`);
  print(
    `steps         ${outcome.steps} in ${outcome.scenarios} histories, ${Math.round(outcome.steps / seconds)} a second`,
  );
  print(`fingerprint   ${outcome.fingerprint}`);
  if (outcome.failure === null) {
    print('verdict       no invariant was violated');
    return exitCode.done;
  }
  await printFailure(outcome.failure);
  return exitCode.failed;
}

function printCounts({ counts }: CampaignOutcome): void {
  for (const [what, times] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    print(`${String(times).padStart(9)}  ${what}`);
  }
}

async function printFailure({ seed, violation, scenario }: Failure): Promise<void> {
  const { faults, ...circumstances } = scenario;
  print(`verdict       VIOLATED: ${violation}`);
  print(`again         npm run simulate -- --replay ${seed}`);
  print(`scenario      ${JSON.stringify(circumstances)}`);
  for (const fault of faults) print(`              ${JSON.stringify(fault)}`);
  const { world } = await simulate(scenario, originalElector, true);
  for (const line of world.lines.slice(-shownEvents)) print(`  ${line}`);
}

async function breakRules(): Promise<ExitCode> {
  let survivors = 0;
  for (const mutant of mutants) {
    const caught = await catchMutant(mutant, { mostSteps: mostStepsOfMutant });
    if (caught === null) survivors += 1;
    const how = caught === null ? 'SURVIVED' : `caught by seed ${caught.seed}: ${caught.violation}`;
    print(`rule ${mutant.rule}  ${mutant.breach}\n          ${how}`);
  }
  print(`verdict   ${mutants.length - survivors} of ${mutants.length} mutants were caught`);
  return survivors === 0 ? exitCode.done : exitCode.failed;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runCommand(withOptions(command, simulation));
