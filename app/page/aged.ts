import type { PodReport } from './message.ts';

/** What a report says after some more milliseconds in which nothing newer was heard. */
export function aged(report: PodReport, ms: number): PodReport {
  const { silentMs, upMs } = report;
  return { ...report, silentMs: silentMs + ms, upMs: upMs === null ? null : upMs + ms };
}
