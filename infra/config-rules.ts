import { isIP } from 'node:net';

/** What a config key may hold. */
export interface Rule<Value> {
  /** Completes the sentence "it must be …". */
  readonly allowed: string;
  /** A value that is allowed, as one would type it in a shell. */
  readonly example: string;
  /** The value that the text stands for; undefined where it is not allowed. */
  parse(text: string): Value | undefined;
}

/** Any text but the empty one. */
export function text(example: string): Rule<string> {
  return { allowed: 'a name', example, parse: (given) => given || undefined };
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

/** One of some words. */
export function oneOf<Word extends string>(first: Word, ...others: Word[]): Rule<Word> {
  const words = [first, ...others];
  return {
    allowed: words.map((word) => `"${word}"`).join(' or '),
    example: first,
    parse: (given) => words.find((word) => word === given),
  };
}

/** A boolean, as Pulumi writes it. */
export const trueOrFalse: Rule<boolean> = {
  allowed: '"true" or "false"',
  example: 'true',
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
};

const labelPattern = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const isLabel = (given: string) => new RegExp(`^${labelPattern}$`).test(given);
const isSubdomain = (given: string) =>
  given.length <= 253 && new RegExp(`^${labelPattern}(\\.${labelPattern})*$`).test(given);

/** A DNS-1123 label, as namespaces are named. */
export function dnsLabel(example: string): Rule<string> {
  return {
    allowed: 'a DNS label (a-z, 0-9 and "-" inside, at most 63 characters)',
    example,
    parse: (given) => (isLabel(given) ? given : undefined),
  };
}

/** A DNS-1123 subdomain, as most objects are named. */
export function dnsSubdomain(example: string): Rule<string> {
  return {
    allowed: 'a DNS name (a-z, 0-9, "-" and "." inside, at most 253 characters)',
    example,
    parse: (given) => (isSubdomain(given) ? given : undefined),
  };
}

/** A host name or IP address; the empty text means that there is none. */
export const host: Rule<string> = {
  allowed: 'empty, a host name or an IP address',
  example: '127.0.0.1',
  parse: (given) => (given === '' || isIP(given) !== 0 || isSubdomain(given) ? given : undefined),
};

/** A port in the range that Kubernetes gives to NodePort Services by default; 0 means that there is none. */
export const nodePort: Rule<number> = {
  allowed: '0 or a whole number from 30000 to 32767',
  example: '0',
  parse: (given) => (given === '0' ? 0 : wholeNumber(30000, 32767).parse(given)),
};
