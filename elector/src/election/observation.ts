import type { Instant } from '../../../base/clock.ts';
import { claimAfter, type Claim } from './lock-claim.ts';
import type { LockObject, Release } from './resource-lock.ts';

/** What this process has observed of a lock, by its own clocks (rule 2). */
export interface Observation {
  /** The object that was last seen; null: there was none; undefined: nothing has been observed yet. */
  readonly object: LockObject | null | undefined;
  /** What a watch shows below this version is no news. */
  readonly resourceVersion: string;
  /** The version of the last object that there was, also when it has gone since. */
  readonly objectVersion: string;
  /** Who holds the lock; null: nobody, as far as is known. */
  readonly claim: Claim | null;
  /** Monotonic time of the last change; -Infinity where there was none. */
  readonly changedAt: number;
  /** What whoever released the lock said of it, where this process saw it happen: one that lies in the past hints at nothing. */
  readonly release: Release | null;
}

export const nothingObserved: Observation = {
  object: undefined,
  resourceVersion: '0',
  objectVersion: '0',
  claim: null,
  changedAt: -Infinity,
  release: null,
};

/** Whether this version is newer than all that was observed. */
export function isNews(before: Observation, resourceVersion: string): boolean {
  return BigInt(resourceVersion) > BigInt(before.resourceVersion);
}

/**
 * What is known once the lock has been seen as `object` (null: it is not there), as of `resourceVersion`, at the moment `at`. Where that is
 * no change, `object` stays the same one.
 */
export function afterSeeing(
  object: LockObject | null,
  resourceVersion: string,
  before: Observation,
  at: Instant,
  ownLeaseDurationMs: number,
): Observation {
  const objectVersion = object === null ? before.objectVersion : resourceVersion;
  if (isSame(before.object, object)) return { ...before, resourceVersion, objectVersion };
  const change = {
    object,
    at,
    hadObject: before.object !== undefined && before.object !== null,
    wentBack: BigInt(objectVersion) < BigInt(before.objectVersion),
  };
  const claim = claimAfter(before.claim, change, ownLeaseDurationMs);
  const release = before.object === undefined ? null : (object?.release ?? null);
  return { object, resourceVersion, objectVersion, claim, changedAt: at.monotonic, release };
}

function isSame(before: LockObject | null | undefined, object: LockObject | null): boolean {
  return (
    before !== undefined && before?.uid === object?.uid && before?.resourceVersion === object?.resourceVersion
  );
}
