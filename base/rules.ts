import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';

/** What a text must be that somebody types: the value of an option, an environment variable or a config key. */
export interface Rule<Value> {
  /** Completes the sentence "it must be …". */
  readonly allowed: string;
  /** A text that is allowed, as one would type it in a shell. */
  readonly example: string;
  /** The value that the text stands for; undefined where it is not allowed. */
  parse(text: string): Value | undefined;
}

/** What the texts that a rule allows stand for. */
export type ValueOf<R> = R extends Rule<infer Value> ? Value : never;

/** Any text but the empty one. */
export function text(allowed: string, example: string): Rule<string> {
  return { allowed, example, parse: (given) => given || undefined };
}

/** A whole number in decimal digits, `from` and `to` included. */
export function wholeNumber(from: number, to: number): Rule<number> {
  return {
    allowed: `a whole number from ${from} to ${to}`,
    example: String(from),
    parse: (given) =>
      /^\d+$/.test(given) && Number(given) >= from && Number(given) <= to ? Number(given) : undefined,
  };
}

/** A lease in whole seconds, as the election takes it. */
export const leaseSeconds: Rule<number> = { ...wholeNumber(3, 86_400), example: '10' };

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[]): Rule<Word> {
  return {
    allowed: words.join(' or '),
    example: words[0] ?? '',
    parse: (given) => words.find((word) => word === given),
  };
}

/** A boolean, as Pulumi writes it. */
export const trueOrFalse: Rule<boolean> = {
  ...oneOf(['true', 'false']),
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
};

/** The name of a namespace: an RFC 1123 label. */
export const dnsLabel: Rule<string> = {
  allowed: 'a name of lower case letters, digits and "-" (RFC 1123), at most 63 characters',
  example: 'default',
  parse: (given) => (given.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(given) ? given : undefined),
};

/** The name of most of Kubernetes' objects: an RFC 1123 subdomain. */
export const dnsSubdomain: Rule<string> = {
  allowed: 'a name of lower case letters, digits, "-" and "." (RFC 1123), at most 253 characters',
  example: 'example',
  parse: (given) =>
    given.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(given)
      ? given
      : undefined,
};

/** A candidate's name in the election. A pod's is never longer, and every write to the lock carries it. */
export const candidateName: Rule<string> = {
  allowed: 'a name of at most 253 characters, none of them a control character',
  example: 'pod-a',
  parse: (given) =>
    given.trim() !== '' && given.length <= 253 && !/\p{Cc}/u.test(given) ? given : undefined,
};

/** An IPv4 or IPv6 address. */
export const ipAddress: Rule<string> = {
  allowed: 'an IP address',
  example: '10.244.0.23',
  parse: (given) => (isIP(given) === 0 ? undefined : given),
};

const labelName = '[A-Za-z0-9]([-\\w.]{0,61}[A-Za-z0-9])?';

/** The key of a label or an annotation (`IsQualifiedName` in k8s.io/apimachinery). */
export const labelKey: Rule<string> = {
  allowed:
    'a name of letters, digits, "-", "_" and ".", at most 63 characters, after a domain and "/" where it has one',
  example: 'app.kubernetes.io/name',
  parse: (given) => (new RegExp(`^([a-z0-9.-]{1,253}/)?${labelName}$`).test(given) ? given : undefined),
};

/** The value of a label. */
export const labelValue: Rule<string> = {
  allowed: 'empty, or a name of letters, digits, "-", "_" and ".", at most 63 characters',
  example: 'web',
  parse: (given) => (new RegExp(`^(${labelName})?$`).test(given) ? given : undefined),
};

/** Labels that objects must have, as `kubectl get --selector` takes them, without its other operators. */
export const equalitySelector: Rule<string> = {
  allowed: 'labels, KEY=VALUE, with commas between them',
  example: 'app=web',
  parse: (given) => (given.split(',').every(isLabel) ? given : undefined),
};

function isLabel(text: string): boolean {
  const [key = '', value, ...rest] = text.split('=');
  return (
    rest.length === 0 &&
    value !== undefined &&
    labelKey.parse(key) !== undefined &&
    labelValue.parse(value) !== undefined
  );
}

/** A URL of one of some schemes. */
export function url(schemes: readonly ('http' | 'https')[], example: string): Rule<URL> {
  return {
    allowed: `an ${schemes.join(' or ')} URL`,
    example,
    parse: (given) => {
      const parsed = URL.canParse(given) ? new URL(given) : undefined;
      return schemes.some((scheme) => parsed?.protocol === `${scheme}:`) ? parsed : undefined;
    },
  };
}

/** The path of a file, wherever the process runs. */
export const absolutePath: Rule<string> = {
  allowed: 'an absolute path',
  example: '/var/run/leader-elector/token',
  parse: (given) => (isAbsolute(given) && !given.includes('\0') ? given : undefined),
};
