// `npm run chaos`: real faults for the real processes of the example, and a record of what every elector said meanwhile.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../../base/endings.ts';
import { withOptions } from '../../base/options.ts';
import { runCommand } from '../../base/run-command.ts';
import { exitCode, UserError } from '../../base/user-error.ts';
import { chaos, faultsIn } from './chaos.ts';
import type { InjectedFault, Round } from './chaos.ts';
import type { ChaosCluster } from './chaos-cluster.ts';
import { findDeployedExample } from '../observation/deployed-example.ts';
import { EmbeddedChaosCluster } from './embedded-chaos-cluster.ts';
import { KubectlChaosCluster } from './kubectl-chaos-cluster.ts';
import { Listeners } from '../observation/listeners.ts';
import { chaosOptions, command } from './options.ts';
import type { ChaosTask } from './options.ts';
import { picture } from './picture/picture.ts';
import { Recording } from '../observation/recording.ts';
import { describeRound, isGood, judge, row, summarize } from './summary.ts';

/** Returns whether everything was as promised. */
async function run(options: ChaosTask): Promise<boolean> {
  const { seed, faults } = options;
  const ending = new AbortController();
  void onEnding(() => ending.abort(new UserError('it was told to end')));
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
  { place }: ChaosTask,
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

await runCommand(
  withOptions(command, async (options) =>
    (await run(chaosOptions(options))) ? exitCode.done : exitCode.failed,
  ),
);
