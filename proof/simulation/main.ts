import { parseOptions, UsageError } from '../../base/command-line.ts';
import { campaign, simulate, type Failure, type Outcome } from './campaign.ts';
import { catchMutant } from './catch-mutant.ts';
import { elector } from './elector-under-test.ts';
import { mutants } from './mutants/mutants.ts';

const usage = `Usage: npm run simulate -- [--seed N] [--steps N] | --replay N | --mutants

  --seed N     the first seed; default 1
  --steps N    how many steps to do at least; default 1000000
  --replay N   the histories of this seed alone: prints their fingerprint, and where one fails its smallest form and
               its last events
  --mutants    breaks the safety rules one by one, and shows that each breach is caught
  --help       prints this`;

const exitCode = { ended: 0, violated: 1, usage: 2 } as const;
const shownEvents = 40;
const mostStepsOfMutant = 5_000_000;

interface Options {
  readonly seed: number;
  readonly steps: number;
  readonly replay: number | null;
  readonly mutants: boolean;
}

/** Returns the exit code. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    print(usage);
    return exitCode.ended;
  }
  if (options.mutants) return breakRules();
  if (options.replay !== null) return run({ ...options, seed: options.replay, steps: 1 });
  return run(options);
}

async function run({ seed, steps }: Pick<Options, 'seed' | 'steps'>): Promise<number> {
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
    return exitCode.ended;
  }
  await printFailure(outcome.failure);
  return exitCode.violated;
}

function printCounts({ counts }: Outcome): void {
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
  const { world } = await simulate(scenario, elector, true);
  for (const line of world.lines.slice(-shownEvents)) print(`  ${line}`);
}

async function breakRules(): Promise<number> {
  let survivors = 0;
  for (const mutant of mutants) {
    const caught = await catchMutant(mutant, { mostSteps: mostStepsOfMutant });
    if (caught === null) survivors += 1;
    const how = caught === null ? 'SURVIVED' : `caught by seed ${caught.seed}: ${caught.violation}`;
    print(`rule ${mutant.rule}  ${mutant.breach}\n          ${how}`);
  }
  print(`verdict   ${mutants.length - survivors} of ${mutants.length} mutants were caught`);
  return survivors === 0 ? exitCode.ended : exitCode.violated;
}

/** null: help was asked for. @throws UsageError */
function readOptions(): Options | null {
  const option = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { help, seed, steps, replay, mutants } = parseOptions(
    process.argv.slice(2),
    { seed: option, steps: option, replay: option, mutants: flag, help: { ...flag, short: 'h' } },
    'npm run simulate',
  );
  if (help === true) return null;
  return {
    seed: wholeNumber('seed', seed ?? '1'),
    steps: wholeNumber('steps', steps ?? '1000000'),
    replay: replay === undefined ? null : wholeNumber('replay', replay),
    mutants: mutants === true,
  };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} is ${JSON.stringify(text)}; it must be a whole number up to 999999999`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = exitCode.usage;
}
