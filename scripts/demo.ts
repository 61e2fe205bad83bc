// `npm run demo`: the experiment of this example by itself, on an embedded cluster of its own.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../base/endings.ts';
import { Example } from '../local/example.ts';
import { duration, Terminal } from '../local/terminal.ts';
import { experiment } from '../local/experiment.ts';
import type { Step } from '../local/experiment.ts';
import { takesNoArguments } from '../base/takes-no-arguments.ts';

takesNoArguments('demo');

// Long enough for a busy machine to renew in, short enough to wait for when the leader is frozen.
const ttlSeconds = 3;
const stepTimeoutMs = 60_000;

const terminal = new Terminal();
const startedAt = performance.now();
let stop: (error: Error) => void = () => {};
const stopped = new Promise<never>((_, reject) => (stop = reject));
// Between two steps nobody waits for it.
stopped.catch(() => undefined);
void onEnding(() => stop(new Error('it was told to end')));

try {
  const example = await Example.start(
    {
      stateDir: join(tmpdir(), `leader-election-demo-${process.pid}`),
      port: null,
      config: { replicas: '3', ttlSeconds: String(ttlSeconds), lock: 'endpoints' },
    },
    { onMade: () => undefined, onDeleted: () => undefined, onError: stop },
  );
  try {
    for (const step of experiment(example, ttlSeconds)) await perform(step);
  } finally {
    await example.stop();
  }
  terminal.line(
    `\n${terminal.style('green', 'It works.')} Everything took ${duration(performance.now() - startedAt)}; nothing of it is left.`,
  );
} catch (error) {
  terminal.line(
    `\n${terminal.style('red', 'It failed:')} ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}

/** Says what is done, does it, and says what came of it and how long that took. */
async function perform({ title, run }: Step): Promise<void> {
  terminal.line(`\n${terminal.style('bold', title)}`);
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
    const took = terminal.style('dim', `[${duration(performance.now() - begunAt)}]`);
    for (const line of result) terminal.line(`  ${line}`);
    terminal.line(`  ${terminal.style('green', 'ok')} ${took}`);
  } finally {
    clearTimeout(timer);
  }
}
