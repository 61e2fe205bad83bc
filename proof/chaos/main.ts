// `npm run chaos`: real faults for the real processes of the example, and a record of what every elector said meanwhile.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../../embedded/endings.ts';
import { ProgramError } from '../../embedded/engine/program-error.ts';
import { StartError } from '../../embedded/start-error.ts';
import { chaos } from './chaos.ts';
import type { Round } from './chaos.ts';
import { EmbeddedChaosCluster } from './embedded-chaos-cluster.ts';
import { Listeners } from './listeners.ts';
import { readOptions, usage, UsageError } from './options.ts';
import type { Options } from './options.ts';
import { Recording } from './recording.ts';
import { describeRound, isGood, judge, summarize } from './summary.ts';

/** Somebody pressed Ctrl-C, or the like. */
class Interruption extends Error {}

const exitCode = { good: 0, bad: 1, usage: 2 } as const;

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) {
      process.stdout.write(usage);
      return exitCode.good;
    }
    return (await run(options)) ? exitCode.good : exitCode.bad;
  } catch (error) {
    const kinds = [UsageError, StartError, ProgramError, Interruption];
    const isExpected = error instanceof Error && kinds.some((kind) => error instanceof kind);
    console.error(isExpected ? error.message : error);
    return error instanceof UsageError ? exitCode.usage : exitCode.bad;
  }
}

/** Returns whether everything was as promised. */
async function run({ seed, faults }: Options): Promise<boolean> {
  const ending = new AbortController();
  void onEnding(() => ending.abort(new Interruption('it was told to end')));
  print(`seed ${seed}`);
  const recording = new Recording();
  const stateDir = join(tmpdir(), `leader-election-chaos-${process.pid}`);
  const cluster = await EmbeddedChaosCluster.start(stateDir, recording, (error) => ending.abort(error));
  const listeners = new Listeners(cluster, recording);
  try {
    const onRound = (round: Round) =>
      print(`${String(recording.faults.length).padStart(4)}/${faults}  ${describeRound(round, recording)}`);
    const rounds = await chaos(cluster, recording, { seed, faults, onRound, signal: ending.signal });
    await listeners.end();
    const outcome = judge(recording, rounds, cluster.durations);
    print('');
    for (const line of summarize(outcome)) print(line);
    return isGood(outcome);
  } catch (error) {
    throw ending.signal.aborted ? (ending.signal.reason as Error) : error;
  } finally {
    await listeners.end();
    await cluster.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
