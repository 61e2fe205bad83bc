import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

/** An option that is unknown, or has a value that it cannot have; the message names it, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The values of a command's options.
 * @param command what is typed to run it, such as `npm start`; its option `--help` lists the others
 * @throws UsageError for an option that is unknown or lacks its value, and for anything that is no option
 */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  command: string,
) {
  try {
    return parseArgs<{ args: string[]; options: Options }>({ args: [...args], options }).values;
  } catch (error) {
    // Node goes on, in further sentences, about what was perhaps meant.
    const why = error instanceof Error ? (error.message.split(/\.\s/, 1)[0] ?? '') : String(error);
    throw new UsageError(`${why}. The options: ${command} -- --help`);
  }
}
