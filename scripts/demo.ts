// `npm run demo`: the experiment of this example by itself, on an embedded cluster of its own.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../base/endings.ts';
import { textOf } from '../base/error-text.ts';
import { withOptions } from '../base/options.ts';
import { runCommand } from '../base/run-command.ts';
import { exitCode, type ExitCode } from '../base/user-error.ts';
import { Example } from '../local/example.ts';
import { paintFor } from '../local/colours.ts';
import { duration } from '../local/duration.ts';
import { experimentSteps } from '../local/experiment.ts';
import type { ExperimentStep } from '../local/experiment.ts';
import { sentence, shortName } from '../local/story/words.ts';

const command = {
  command: 'npm run demo',
  summary: 'Does the experiment by itself: start, page, delete the leader, crash it, freeze it.',
  options: {},
};

// Long enough for a busy machine to renew in, short enough to wait for when the leader is frozen.
const ttlSeconds = 3;
const stepTimeoutMs = 60_000;

const paint = paintFor(process.stdout);
let stop: (error: Error) => void = () => {};
const stopped = new Promise<never>((_, reject) => (stop = reject));
// Between two steps nobody waits for it.
stopped.catch(() => undefined);

async function demo(): Promise<ExitCode> {
  const startedAt = performance.now();
  void onEnding(() => stop(new Error('it was told to end')));
  try {
    await performAll();
  } catch (error) {
    console.log(`\n${paint('red', 'It failed:')} ${textOf(error)}`);
    return exitCode.failed;
  }
  console.log(
    `\n${paint('green', 'It works.')} Everything took ${duration(performance.now() - startedAt)}; nothing of it is left.`,
  );
  return exitCode.done;
}

async function performAll(): Promise<void> {
  const example = await Example.start(
    {
      stateDir: join(tmpdir(), `leader-election-demo-${process.pid}`),
      port: null,
      config: { replicas: '3', ttlSeconds: String(ttlSeconds), lock: 'endpoints' },
    },
    { onMade: () => undefined, onDeleted: () => undefined, onError: stop },
  );
  example.leadership.onEntry((entry) => {
    if (entry.kind !== 'pod') console.log(`  ${sentence(entry, shortName)}`);
  });
  try {
    for (const step of experimentSteps(example, ttlSeconds)) await perform(step);
  } finally {
    await example.stop();
  }
}

/** Says what is done, does it, and says what came of it and how long that took. */
async function perform({ title, run }: ExperimentStep): Promise<void> {
  console.log(`\n${paint('bold', title)}`);
  const begunAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`"${title}" took longer than ${duration(stepTimeoutMs)}`)),
      stepTimeoutMs,
    );
  });
  try {
    const result = await Promise.race([run(), late, stopped]);
    const took = paint('dim', `[${duration(performance.now() - begunAt)}]`);
    for (const line of result) console.log(`  ${line}`);
    console.log(`  ${paint('green', 'ok')} ${took}`);
  } finally {
    clearTimeout(timer);
  }
}

await runCommand(withOptions(command, demo));
