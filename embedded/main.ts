// `npm start`: runs the example on an embedded cluster until it is told to end.
import { ProgramError } from './engine/program-error.ts';
import { onEnding } from './endings.ts';
import { Example } from './example.ts';
import type { ExampleOptions } from './example.ts';
import { keysHelp, obeyKeys, releaseKeys } from './keys.ts';
import { Narrator } from './narrator.ts';
import { nextCommands } from './next-commands.ts';
import { readOptions, usage, UsageError } from './options.ts';
import { StartError } from './start-error.ts';
import { Terminal } from './terminal.ts';

const exitCode = { ended: 0, failed: 1, usage: 2 } as const;
const terminal = new Terminal();
const narrator = new Narrator(terminal);

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) process.stdout.write(usage());
    else await run(options);
    return exitCode.ended;
  } catch (error) {
    const isExpected =
      error instanceof UsageError || error instanceof StartError || error instanceof ProgramError;
    console.error(isExpected ? error.message : error);
    return error instanceof UsageError ? exitCode.usage : exitCode.failed;
  }
}

/** Resolves when the example was told to end and has ended. Rejects when it cannot go on, after it has ended. */
async function run(options: ExampleOptions): Promise<void> {
  let quit = () => {};
  let fail: (error: Error) => void = () => {};
  const ending = new Promise<void>((resolve, reject) => ([quit, fail] = [resolve, reject]));
  const hurry = onEnding(() => quit());
  const example = await Example.start(options, {
    onMade: (object) => narrator.made(object),
    onDeleted: (object) => narrator.deleted(object),
    onError: (error) => fail(error),
  });
  try {
    narrator.follow(example);
    await Promise.race([ending, present(example, () => quit()).then(() => ending)]);
    await leave(example, hurry);
  } finally {
    releaseKeys();
    await example.stop();
  }
}

/** Puts the example on the cluster and tells how to use it. */
async function present(example: Example, quit: () => void): Promise<void> {
  const hasKeys = process.stdin.isTTY && process.stdout.isTTY;
  if (hasKeys) obeyKeys(example, narrator, quit);
  await example.up();
  if (example.leadership.leader === null) await example.leadership.next();
  terminal.line();
  terminal.line(`  Page        ${terminal.style('bold', example.url)}`);
  terminal.line(`  Kubeconfig  ${example.kubeconfigPath}`);
  terminal.line();
  for (const command of nextCommands(example)) terminal.line(`  ${terminal.style('cyan', command)}`);
  terminal.line();
  terminal.line(`  ${terminal.style('dim', hasKeys ? keysHelp : 'Ctrl-C ends it.')}`);
  terminal.line();
}

/** Takes the example off its cluster, unless there is a hurry. */
async function leave(example: Example, hurry: Promise<void>): Promise<void> {
  narrator.rest();
  terminal.line();
  await Promise.race([example.down(), hurry]);
}

process.exitCode = await main();
