import { isJsonObject, parseJson } from '../../../base/json.ts';
import type { RecordReading } from '../election/leader-election-record.ts';
import type { LockWrite, Release } from '../election/resource-lock.ts';

/** The annotation in which whoever released a lock says why, and who should follow. */
export const releaseAnnotation = 'leader-elector/release';

/** The annotation's text for what is written; null: there is to be none. */
export function formatRelease({ release, record }: Pick<LockWrite, 'release' | 'record'>): string | null {
  if (release === null) return null;
  const { by, because, successor } = release;
  const { leaderTransitions } = record;
  return JSON.stringify({ by, because, ...(successor === null ? {} : { successor }), leaderTransitions });
}

/**
 * Reads the annotation's text; null where it does not speak of this release. Other clients keep the annotation as it is when they
 * acquire the lock: the count of transitions tells that it is an earlier release's.
 */
export function parseRelease(text: unknown, reading: RecordReading): Release | null {
  if (reading.kind !== 'record' || reading.record.holderIdentity !== '') return null;
  const said = typeof text === 'string' ? parseJson(text) : undefined;
  if (!isJsonObject(said) || said['leaderTransitions'] !== reading.record.leaderTransitions) return null;
  const { by, because, successor } = said;
  if (typeof by !== 'string' || typeof because !== 'string') return null;
  return { by, because, successor: typeof successor === 'string' && successor !== '' ? successor : null };
}
