import { textOf } from '../../../base/error-text.ts';
import { createLog } from '../../../base/log.ts';
import {
  readOptions,
  usage,
  type Command,
  type OptionTable,
  type OptionValues,
} from '../../../base/options.ts';
import { exitCode, usageError, UserError } from '../../../base/user-error.ts';
import { resignElection, resignSubcommand } from './resign.ts';
import { runWhileLeading, runSubcommand } from './run.ts';
import { status, statusSubcommand } from './status.ts';
import { version } from '../version.ts';

const overview = `Leader election on Kubernetes, for programs that know nothing of it.

  k8s-leader-elector run --election NAME -- COMMAND   runs COMMAND only while leading
  k8s-leader-elector status --election NAME           tells who leads; with --watch again at each change
  k8s-leader-elector resign --election NAME           ends the term of whoever leads

Each has a --help of its own; --version prints this program's version.
`;

const log = createLog('text', (line) => process.stderr.write(line));
const print = (line: string) => void process.stdout.write(`${line}\n`);

// Whoever read the log or the answer, or its terminal, may go: that is no reason to end without handing over, or with a lock that was taken.
process.stderr.on('error', () => undefined);
process.stdout.on('error', () => undefined);

/** Does what was asked for; returns what this process is to end with. */
async function main([name = '', ...args]: readonly string[]): Promise<number> {
  switch (name) {
    case 'run':
      return runMain(args);
    case 'status':
      return withOptions(statusSubcommand, args, async (options) => {
        process.stdout.once('error', () => process.exit(exitCode.done));
        await status(options, print, log);
        return exitCode.done;
      });
    case 'resign':
      return withOptions(resignSubcommand, args, async (options) => {
        await resignElection(options, print);
        return exitCode.done;
      });
    case '--version':
      print(version);
      return exitCode.done;
    case '--help':
    case '-h':
      process.stdout.write(overview);
      return exitCode.done;
    default: {
      const found = name === '' ? 'the command is missing' : `${JSON.stringify(name)} is no command`;
      throw usageError(
        `${found}; it must be run, status or resign, such as: k8s-leader-elector status --help`,
      );
    }
  }
}

/** What comes after `--` is not read here: it is the command's. */
function runMain(args: readonly string[]): Promise<number> {
  const end = args.indexOf('--');
  const [own, commandLine] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  if (commandLine.length === 0 && !own.includes('--help') && !own.includes('-h'))
    throw usageError(
      'COMMAND is missing; it comes after --, such as: k8s-leader-elector run --election example -- node worker.js',
    );
  return withOptions(runSubcommand, own, (options) => {
    if (process.platform === 'win32')
      throw new UserError('run does not work on Windows, which has neither process groups nor signals');
    return runWhileLeading(options, commandLine, log);
  });
}

async function withOptions<Table extends OptionTable>(
  command: Command<Table>,
  args: readonly string[],
  work: (options: OptionValues<Table>) => Promise<number>,
): Promise<number> {
  const options = readOptions(command, args);
  if (options !== null) return work(options);
  process.stdout.write(usage(command));
  return exitCode.done;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // What goes wrong here is the API server's answer, or a file that is missing: a stack says nothing of it.
    process.stderr.write(`${textOf(error)}\n`);
    process.exit(error instanceof UserError ? error.exitCode : exitCode.failed);
  },
);
