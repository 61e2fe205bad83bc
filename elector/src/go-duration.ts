const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads a duration as Go writes it (`10s`, `1m30s`, `1.5h`) and returns its seconds, or null where it is none. */
export function parseGoDuration(text: string): number | null {
  const part = String.raw`\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)`;
  if (!new RegExp(`^(?:${part})+$`).test(text)) return null;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ''] ?? NaN);
  }
  return totalMs / 1000;
}
