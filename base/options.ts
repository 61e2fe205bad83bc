import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Main } from './run-command.ts';
import { readSetting, type Setting, type SettingValue } from './settings.ts';
import { exitCode, usageError, type ExitCode } from './user-error.ts';

/** An option that is given or not. */
interface Switch {
  /** As it is typed, such as `--mutants`. */
  readonly form: `--${string}`;
  readonly description: string;
}

/** An option with a value. */
interface ValueOption extends Setting {
  /** As it is typed, with a word for the value, such as `--state-dir DIR` or `--id=ID`. */
  readonly form: `--${string}`;
  readonly description: string;
  /** What `--help` says of the default, where the text is of no use to a reader. */
  readonly defaultInWords?: string;
  /** A letter by which it may be given too, such as `f` for `-f`. */
  readonly short?: string;
  /** May be given any number of times; all values count, and there is no default. */
  readonly repeatable?: true;
}

/** The options of a command, by the names that their values have in the program. */
export type OptionTable = Readonly<Record<string, Switch | ValueOption>>;

type OptionValue<O> = O extends Setting
  ? O extends { readonly repeatable: true }
    ? readonly SettingValue<O>[]
    : SettingValue<O>
  : boolean;

/** The values of a table's options. */
export type OptionValues<Table> = { readonly [Name in keyof Table]: OptionValue<Table[Name]> };

/** What is typed on a command line, with the options that it takes; `--help` is one more. */
export interface Command<Table extends OptionTable = OptionTable> {
  /** Such as `npm start`, whose options come after `--`, or the name of a program. */
  readonly command: string;
  /** What it does. */
  readonly summary: string;
  readonly options: Table;
  /** What is typed after the options. */
  readonly rest?: string;
  /** What else `--help` tells. */
  readonly remark?: string;
}

/** The command's work as `runCommand` takes it: with the options that this process was given, or `--help`. */
export function withOptions<const Table extends OptionTable>(
  command: Command<Table>,
  main: (options: OptionValues<Table>) => Promise<ExitCode | undefined>,
): Main {
  return async () => {
    const options = readOptions(command, process.argv.slice(2));
    if (options !== null) return main(options);
    process.stdout.write(usage(command));
    return exitCode.done;
  };
}

/** Reads a command's options; null: help was asked for. @throws UserError that names what is unknown or wrong, in one line */
export function readOptions<const Table extends OptionTable>(
  { command, options }: Command<Table>,
  args: readonly string[],
): OptionValues<Table> | null {
  const given = parse(options, args, command);
  if (given['help'] === true) return null;
  const values = Object.entries(options).map(([key, option]) => {
    const name = optionName(option);
    if (!('rule' in option)) return [key, given[name] === true] as const;
    const texts = [given[name]].flat().filter((text) => typeof text === 'string');
    const read = (text?: string) =>
      readSetting(option, text, { name: `--${name}`, typed: `${withoutOptions(command)} --${name} ` });
    return [key, option.repeatable ? texts.map(read) : read(texts.at(-1))] as const;
  });
  return Object.fromEntries(values) as OptionValues<Table>;
}

function parse(options: OptionTable, args: readonly string[], command: string): Record<string, unknown> {
  const known = Object.values(options).map((option) => [optionName(option), parsed(option)] as const);
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    return parseArgs({ args: [...args], options: { ...Object.fromEntries(known), help } }).values;
  } catch (error) {
    // Node goes on, in further sentences, about what was perhaps meant.
    const why = error instanceof Error ? (error.message.split(/\.\s/, 1)[0] ?? '') : String(error);
    throw usageError(`${why}. The options: ${withoutOptions(command)} --help`);
  }
}

function parsed(option: Switch | ValueOption): NonNullable<ParseArgsConfig['options']>[string] {
  if (!('rule' in option)) return { type: 'boolean' };
  const { short } = option;
  return { type: 'string', multiple: true, ...(short !== undefined && { short }) };
}

/** What is typed before the options: npm hands on to a script what comes after `--`. */
function withoutOptions(command: string): string {
  return command.startsWith('npm ') ? `${command} --` : command;
}

/** What `--help` prints. */
export function usage({ command, summary, options, rest = '', remark }: Command): string {
  const parts = [
    summary,
    `${withoutOptions(command)} [OPTIONS]${rest}`,
    optionRows(options),
    ...(remark ? [remark] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A table's options for `--help`, one a line. */
export function optionRows(options: OptionTable): string {
  const all = [...Object.values(options), { form: '--help', description: 'prints this' } as const];
  const width = Math.max(...all.map((option) => typed(option).length)) + 2;
  return all.map((option) => `  ${typed(option).padEnd(width)}${described(option)}`).join('\n');
}

function typed(option: Switch | ValueOption): string {
  return 'short' in option ? `-${option.short}, ${option.form}` : option.form;
}

function described(option: Switch | ValueOption): string {
  if (!('rule' in option)) return option.description;
  if (option.repeatable) return `${option.description}; as often as you like`;
  const { description, default: byDefault, defaultInWords = byDefault } = option;
  if (byDefault === undefined) return `${description}; required`;
  return defaultInWords === null ? description : `${description}; default: ${defaultInWords}`;
}

/** The name of an option, without its dashes. */
export function optionName({ form }: Switch | ValueOption): string {
  return /^--([\w-]+)/.exec(form)?.[1] ?? '';
}
