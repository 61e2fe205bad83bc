import { median, percentile } from './statistics.ts';

/** One line of the table. */
export interface Figure {
  /** What was measured. */
  readonly what: string;
  /** The figure itself, with its unit. */
  readonly measured: string;
  /** How it compares with something else that was measured in the same run. */
  readonly ratio?: string;
  /** What is to be reached. */
  readonly target?: string;
  /** Whether it is reached. */
  readonly met?: boolean;
}

/** Times as people read them: `median 8.1 ms, p99 21 ms (200)`. */
export function times(samples: readonly number[]): string {
  return `median ${milliseconds(median(samples))}, p99 ${milliseconds(percentile(samples, 99))} (${samples.length})`;
}

/** A duration in milliseconds, to two digits below 10 ms. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** How many times `value` is of `base`: `61×`, `1.24×`. */
export function ratio(value: number, base: number): string {
  const quotient = value / base;
  return `${quotient < 10 ? quotient.toFixed(2) : Math.round(quotient)}×`;
}

/** Memory or traffic in MB (10⁶ bytes), to one digit. */
export function megabytes(value: number): string {
  return `${value.toFixed(1)} MB`;
}

/** The figure for where there is no /proc, which only Linux has; null: there is one. */
export function withoutProc(what: string): Figure[] | null {
  if (process.platform === 'linux') return null;
  return [{ what, measured: `not measured: ${process.platform} has no /proc` }];
}
