import { exitCode, UserError, type ExitCode } from './user-error.ts';

/** Does what a command is for; returns what it ends with, 0 where nothing is returned. */
export type Main = () => Promise<ExitCode | undefined>;

/**
 * Runs a command, and sets what this process ends with. Of a UserError its message is printed, of any other error, which nobody
 * expected, the stack.
 */
export async function runCommand(main: Main): Promise<void> {
  try {
    process.exitCode = (await main()) ?? exitCode.done;
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exitCode = error instanceof UserError ? error.exitCode : exitCode.failed;
  }
}
