// `npm start`: runs the example on an embedded cluster until it is told to end.
import { UsageError } from '../base/command-line.ts';
import { Engine } from './engine/engine.ts';
import { ProgramError } from './engine/program-error.ts';
import { readOptions, usage } from './options.ts';
import { StartError } from './start-error.ts';

const exitCode = { ended: 0, failed: 1, usage: 2 } as const;

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) {
      process.stdout.write(usage());
      return exitCode.ended;
    }
    // Its process takes seconds to load Pulumi, so it begins before this one loads the cluster.
    const engine = new Engine();
    const { run } = await import('./run.ts');
    await run(options, engine);
    return exitCode.ended;
  } catch (error) {
    const isExpected =
      error instanceof UsageError || error instanceof StartError || error instanceof ProgramError;
    console.error(isExpected ? error.message : error);
    return error instanceof UsageError ? exitCode.usage : exitCode.failed;
  }
}

process.exitCode = await main();
