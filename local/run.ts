import { onEnding } from '../base/endings.ts';
import { paintFor } from './colours.ts';
import type { Engine } from './engine/engine.ts';
import { Example } from './example.ts';
import type { ExampleEvents, ExampleOptions } from './example.ts';
import { actOn } from './key-actions.ts';
import { obeyKeys, releaseKeys } from './keys.ts';
import { Narrator } from './narrator.ts';
import type { Presenter } from './presenter.ts';
import { LiveView } from './view/live-view.ts';

/**
 * Runs the example and shows it on the terminal. Resolves when it was told to end and has ended. Rejects when it cannot go on, after it has
 * ended.
 */
export async function run(options: ExampleOptions, engine: Engine): Promise<void> {
  const presenter = presenterFor(process.stdout);
  const ending = new AbortController();
  const hurry = onEnding(() => ending.abort());
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    ending.signal.addEventListener('abort', () => resolve());
    fail = reject;
  });
  // Nobody waits for it while the cluster starts.
  ended.catch(() => undefined);
  const events: ExampleEvents = {
    onMade: (object) => presenter.made(object),
    onDeleted: (object) => presenter.deleted(object),
    onError: (error) => fail(error),
  };
  const example = await started(options, events, engine, ending.signal);
  if (example === null) return;
  try {
    presenter.follow(example);
    engine.onLine = (text) => example.leadership.tell({ type: 'note', text });
    if (hasKeys()) obeyKeys((action) => actOn(action, example, presenter));
    await Promise.race([ended, upAndReady(example, presenter).then(() => ended)]);
    presenter.leave();
    releaseKeys();
    await Promise.race([example.down(), hurry]);
  } catch (error) {
    presenter.leave();
    throw error;
  } finally {
    releaseKeys();
    await example.stop();
  }
}

/** A view of the whole terminal, where there is one that can be drawn on; lines for whatever else reads them. */
function presenterFor(stdout: NodeJS.WriteStream): Presenter {
  const paint = paintFor(stdout);
  const narrator = new Narrator((line) => stdout.write(`${line}\n`), paint, hasKeys());
  const canBeDrawnOn = stdout.isTTY && process.env['TERM'] !== 'dumb';
  return canBeDrawnOn ? new LiveView(stdout, paint, narrator, hasKeys()) : narrator;
}

function hasKeys(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
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

/** Puts the example on its cluster, and says so once it has a leader. */
async function upAndReady(example: Example, presenter: Presenter): Promise<void> {
  await example.up();
  if (example.leadership.leader === null) await example.leadership.next();
  presenter.ready(example);
}
