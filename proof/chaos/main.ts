// `npm run chaos`: real faults for the real processes of the example, and a record of what every elector said meanwhile.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../../base/endings.ts';
import { ProgramError } from '../../local/engine/program-error.ts';
import { StartError } from '../../local/start-error.ts';
import { UsageError } from '../../base/command-line.ts';
import { chaos, faultsIn } from './chaos.ts';
import type { InjectedFault, Round } from './chaos.ts';
import type { ChaosCluster } from './chaos-cluster.ts';
import { findDeployedExample } from '../observation/deployed-example.ts';
import { EmbeddedChaosCluster } from './embedded-chaos-cluster.ts';
import { KubectlChaosCluster } from './kubectl-chaos-cluster.ts';
import { KubectlError } from '../observation/kubectl.ts';
import { Listeners } from '../observation/listeners.ts';
import { readOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { picture } from './picture/picture.ts';
import { Recording } from '../observation/recording.ts';
import { describeRound, isGood, judge, row, summarize } from './summary.ts';

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
    const kinds = [UsageError, StartError, ProgramError, KubectlError, Interruption];
    const isExpected = error instanceof Error && kinds.some((kind) => error instanceof kind);
    console.error(isExpected ? error.message : error);
    return error instanceof UsageError ? exitCode.usage : exitCode.bad;
  }
}

/** Returns whether everything was as promised. */
async function run(options: Options): Promise<boolean> {
  const { seed, faults } = options;
  const ending = new AbortController();
  void onEnding(() => ending.abort(new Interruption('it was told to end')));
  const recording = new Recording();
  const cluster = await clusterFor(options, recording, (error) => ending.abort(error));
  print(row('seed', String(seed)));
  if (cluster.whyNotAll !== null) print(row('skipped', cluster.whyNotAll));
  const listeners = new Listeners(cluster, recording);
  try {
    let injected = 0;
    const onRound = (round: Round) => {
      injected += round.faults.length;
      print(`${String(injected).padStart(4)}/${faults}  ${describeRound(round, recording)}`);
    };
    const rounds = await chaos(cluster, recording, { seed, faults, onRound, signal: ending.signal });
    await listeners.end();
    const outcome = judge(recording, rounds, cluster.durations);
    print('');
    for (const line of summarize(outcome)) print(line);
    await writeFile(options.picture, picture(outcome));
    print(row('picture', options.picture));
    if (isGood(outcome)) return true;
    print(row('recording', await keepRecording(recording, faultsIn(rounds))));
    return false;
  } catch (error) {
    throw ending.signal.aborted ? (ending.signal.reason as Error) : error;
  } finally {
    await listeners.end();
    await cluster.stop();
  }
}

async function clusterFor(
  { place }: Options,
  recording: Recording,
  onError: (error: Error) => void,
): Promise<ChaosCluster> {
  if (place !== null) return new KubectlChaosCluster(await findDeployedExample(place), recording, onError);
  const stateDir = join(tmpdir(), `leader-election-chaos-${process.pid}`);
  return EmbeddedChaosCluster.start(stateDir, recording, onError);
}

/** Keeps what a run is to be judged by. Returns the file's name. */
async function keepRecording(
  { answers, appEnds, unreadable }: Recording,
  faults: readonly InjectedFault[],
): Promise<string> {
  const file = join(tmpdir(), `leader-election-chaos-${process.pid}.json`);
  await writeFile(file, JSON.stringify({ answers, faults, appEnds, unreadable }));
  return file;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
