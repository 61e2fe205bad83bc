import type { Rule } from './rules.ts';

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Reads a duration as Go writes it (`10s`, `1m30s`, `1.5h`) and returns its seconds, or null where it is none. */
export function parseGoDuration(text: string): number | null {
  const part = String.raw`\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)`;
  if (!new RegExp(`^(?:${part})+$`).test(text)) return null;
  let totalNs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    // Whole nanoseconds, as in Go: 4.35m is 261 s, which a product of fractions misses.
    totalNs += Math.round(Number(amount) * (unitNs[unit ?? ''] ?? NaN));
  }
  return totalNs / 1e9;
}

/** A lease, or the like, as the election takes it: in seconds. */
export const wholeSeconds: Rule<number> = {
  allowed: 'a Go duration of whole seconds from 3s to 24h',
  example: '1m30s',
  parse: (text) => {
    const seconds = parseGoDuration(text) ?? NaN;
    return Number.isInteger(seconds) && seconds >= 3 && seconds <= 86_400 ? seconds : undefined;
  },
};

/** How long something is waited for, in seconds. */
export const upToADay: Rule<number> = {
  allowed: 'a Go duration up to 24h',
  example: '20s',
  parse: (text) => {
    const seconds = parseGoDuration(text) ?? NaN;
    return seconds <= 86_400 ? seconds : undefined;
  },
};
