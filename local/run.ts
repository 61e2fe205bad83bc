import type { KubernetesObject } from '../cluster/index.ts';
import { onEnding } from '../base/endings.ts';
import type { Engine } from './engine/engine.ts';
import { Example } from './example.ts';
import type { ExampleEvents, ExampleOptions } from './example.ts';
import { keysHelp, obeyKeys, releaseKeys } from './keys.ts';
import { Narrator } from './narrator.ts';
import { nextCommands } from './next-commands.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal();
const narrator = new Narrator(terminal);

/**
 * Runs the example and tells of it on the terminal. Resolves when it was told to end and has ended. Rejects when it cannot go on,
 * after it has ended.
 */
export async function run(options: ExampleOptions, engine: Engine): Promise<void> {
  const ending = new AbortController();
  const quit = () => ending.abort();
  const hurry = onEnding(quit);
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    ending.signal.addEventListener('abort', () => resolve());
    fail = reject;
  });
  // Nobody waits for it while the cluster starts.
  ended.catch(() => undefined);
  const events = {
    onMade: (object: KubernetesObject) => narrator.made(object),
    onDeleted: (object: KubernetesObject) => narrator.deleted(object),
    onError: (error: Error) => fail(error),
  };
  const example = await started(options, events, engine, ending.signal);
  if (example === null) return;
  try {
    narrator.follow(example);
    await Promise.race([ended, present(example, quit).then(() => ended)]);
    await leave(example, hurry);
  } finally {
    releaseKeys();
    await example.stop();
  }
}

/** The example on its way; null where the start was aborted. */
async function started(
  options: ExampleOptions,
  events: ExampleEvents,
  engine: Engine,
  signal: AbortSignal,
): Promise<Example | null> {
  try {
    return await Example.start(options, events, engine, signal);
  } catch (error) {
    if (error === signal.reason) return null;
    throw error;
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
