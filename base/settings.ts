import type { Rule } from './rules.ts';
import { usageError } from './user-error.ts';

/** Something that is set by a text. */
export interface Setting {
  readonly rule: Rule<unknown>;
  /** The text that counts where none is given; null: it is null then. Without a default it must be given. */
  readonly default?: string | null;
}

/** What a setting is once it has been read. */
export type SettingValue<S> =
  S extends Readonly<{ rule: Rule<infer Value>; default: null }>
    ? Value | null
    : S extends Readonly<{ rule: Rule<infer Value> }>
      ? Value
      : never;

/** How somebody who sets it knows a setting. */
export interface SettingName {
  /** Such as `--replicas`. */
  readonly name: string;
  /** What is typed to give it a value, up to that value, such as `npm start -- --replicas `. */
  readonly typed: string;
}

/** Reads a setting. @throws UserError that names it where the text is not allowed, or is missing */
export function readSetting<const S extends Setting>(
  { rule, default: byDefault }: S,
  given: string | undefined,
  setting: SettingName,
): SettingValue<S> {
  const text = given ?? byDefault;
  if (text === null) return null as SettingValue<S>;
  const value = text === undefined ? undefined : rule.parse(text);
  if (value === undefined) throw usageError(wrongValue(rule, text, setting));
  return value as SettingValue<S>;
}

/** One line on a text that the rule does not allow, or that is missing. */
export function wrongValue(
  { allowed, example }: Rule<unknown>,
  text: string | undefined,
  { name, typed }: SettingName,
): string {
  const found = text === undefined ? 'missing' : JSON.stringify(text);
  return `${name} is ${found}; it must be ${allowed}, such as: ${typed}${example}`;
}
