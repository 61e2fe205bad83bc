import { invalidValue } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';

const longest = 253;
const pattern = '[-._a-zA-Z0-9]+';
const description =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  `'key-name', regex used for validation is '${pattern}')`;

/** What is wrong with the keys of a ConfigMap or a Secret, which become the names of files; `field` is `data` or `binaryData`. */
export function validateDataKeys(field: string, values: Readonly<Record<string, string>> = {}): FieldError[] {
  return Object.keys(values).flatMap((key) =>
    problems(key).map((problem) => invalidValue(`${field}[${key}]`, key, problem)),
  );
}

/** What is wrong with keys that a ConfigMap has in both of its maps. */
export function validateDistinctKeys({
  data = {},
  binaryData = {},
}: {
  data?: Readonly<Record<string, string>>;
  binaryData?: Readonly<Record<string, string>>;
}): FieldError[] {
  return Object.keys(data)
    .filter((key) => Object.hasOwn(binaryData, key))
    .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
}

function problems(key: string): string[] {
  return [
    ...(key.length > longest ? [`must be no more than ${longest} characters`] : []),
    ...(new RegExp(`^${pattern}$`).test(key) ? [] : [description]),
    ...reservedName(key),
  ];
}

function reservedName(key: string): string[] {
  if (key === '.' || key === '..') return [`must not be '${key}'`];
  return key.startsWith('..') ? ["must not start with '..'"] : [];
}
