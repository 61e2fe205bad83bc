/**
 * The value that `percent` (above 0, up to 100) of the samples do not exceed: one of them, by the nearest-rank method, so that
 * the 99th of fewer than 100 samples is the largest. @throws RangeError without samples
 */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('there is no percentile of no samples');
  return value;
}

/** The middle one of the samples; of an even number the lower one of the two. */
export const median = (samples: readonly number[]): number => percentile(samples, 50);
