// `npm run chaos:command`: real faults for `k8s-leader-elector run`, its guard and its command.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEnding } from '../../../base/endings.ts';
import { withOptions, type Command } from '../../../base/options.ts';
import { runCommand } from '../../../base/run-command.ts';
import { exitCode, UserError } from '../../../base/user-error.ts';
import { drawOptions, newSeed } from '../draw-options.ts';
import { row } from '../summary.ts';
import { CandidateFleet } from './candidate-fleet.ts';
import { commandChaos } from './command-chaos.ts';
import { isPromised, judgeWork } from './judge.ts';
import { describeCommandRound, summarizeWork } from './summary.ts';
import { WorkRecording } from './work-recording.ts';

const command = {
  command: 'npm run chaos:command',
  summary:
    'Lets things go wrong for three candidates of `k8s-leader-elector run`, and records whether ever two commands work.',
  options: drawOptions,
  remark: 'It exits with 0 if everything was as promised, with 1 otherwise.',
} as const satisfies Command;

/** Returns whether everything was as promised. */
async function run(seed: number, faults: number): Promise<boolean> {
  const ending = new AbortController();
  void onEnding(() => ending.abort(new UserError('it was told to end')));
  const recording = new WorkRecording();
  print(row('seed', String(seed)));
  const folder = join(tmpdir(), `leader-election-command-chaos-${process.pid}`);
  const fleet = await CandidateFleet.start(folder, recording);
  let injected = 0;
  try {
    const rounds = await commandChaos(fleet, {
      seed,
      faults,
      signal: ending.signal,
      onRound: (round) => {
        injected += round.faults.length;
        print(`${String(injected).padStart(4)}/${faults}  ${describeCommandRound(round)}`);
      },
    });
    const outcome = judgeWork(recording, fleet.renewDeadlineMs);
    for (const line of ['', ...summarizeWork(recording, rounds, outcome)]) print(line);
    return isPromised(outcome) && recording.problems.length === 0;
  } catch (error) {
    throw ending.signal.aborted ? (ending.signal.reason as Error) : error;
  } finally {
    await fleet.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runCommand(
  withOptions(command, async ({ seed, faults }) =>
    (await run(seed ?? newSeed(), faults)) ? exitCode.done : exitCode.failed,
  ),
);
