import { invalidValue } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import type { NameRule } from './resource.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualified})?`;

interface Rule {
  readonly pattern: string;
  readonly longest: number;
  readonly text: string;
}

const described = (text: string, examples: string, pattern: string) =>
  `${text} (e.g. ${examples}, regex used for validation is '${pattern}')`;

const rules: Record<Exclude<NameRule, 'pathSegment'>, Rule> = {
  dnsSubdomain: {
    pattern: subdomain,
    longest: 253,
    text: described(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      "'example.com'",
      subdomain,
    ),
  },
  dnsLabel: {
    pattern: label,
    longest: 63,
    text: described(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      "'my-name',  or '123-abc'",
      label,
    ),
  },
  dnsLabel1035: {
    pattern: label1035,
    longest: 63,
    text: described(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      "'my-name',  or 'abc-123'",
      label1035,
    ),
  },
};

const labelValueText = described(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  "'MyValue',  or 'my_value',  or '12345'",
  labelValue,
);

const qualifiedText = described(
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  "'MyName',  or 'my.name',  or '123-abc'",
  qualified,
);

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** What is wrong with `name` as the name of an object. */
export function validateName(field: string, name: string, rule: NameRule = 'dnsSubdomain'): FieldError[] {
  if (rule === 'pathSegment') return validatePathSegment(field, name);
  const { pattern, longest, text } = rules[rule];
  const errors: FieldError[] = [];
  if (name.length > longest) errors.push(invalidValue(field, name, `must be no more than ${longest} bytes`));
  if (!whole(pattern).test(name)) errors.push(invalidValue(field, name, text));
  return errors;
}

function validatePathSegment(field: string, name: string): FieldError[] {
  if (name === '.' || name === '..') return [invalidValue(field, name, `may not be '${name}'`)];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => invalidValue(field, name, `may not contain '${character}'`));
}

/** What is wrong with labels. */
export function validateLabels(field: string, labels: Readonly<Record<string, string>> = {}): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...validateQualifiedName(field, key),
    ...(whole(labelValue).test(value) ? [] : [invalidValue(field, value, labelValueText)]),
    ...(value.length > 63 ? [invalidValue(field, value, 'must be no more than 63 bytes')] : []),
  ]);
}

/** What is wrong with the key of a label or an annotation: `prefix/name` or `name`. */
export function validateQualifiedName(field: string, key: string): FieldError[] {
  const slash = key.lastIndexOf('/');
  const name = key.slice(slash + 1);
  const errors = slash < 0 ? [] : validateName(field, key.slice(0, slash));
  if (name.length > 63) errors.push(invalidValue(field, key, 'name part must be no more than 63 bytes'));
  if (!whole(qualified).test(name)) errors.push(invalidValue(field, key, qualifiedText));
  return errors;
}
