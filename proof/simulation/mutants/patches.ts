import type { Patch } from '../elector-under-test.ts';

const patch =
  (file: string) =>
  (find: string, replace: string): Patch => ({ file, find, replace });

// What changes a file of the elector, by the file's name; `find` must stand in it exactly once.
export const inElector = patch('elector/src/election/leader-elector.ts');
export const inCandidacy = patch('elector/src/election/candidacy.ts');
export const inLeadingWork = patch('elector/src/election/leading-work.ts');
export const inNextStep = patch('elector/src/election/next-step.ts');
export const inObservedLock = patch('elector/src/election/observed-lock.ts');
export const inLockClaim = patch('elector/src/election/lock-claim.ts');
export const inRight = patch('elector/src/election/right.ts');
export const inAppLife = patch('elector/src/sidecar/app-life.ts');
export const inLockRequests = patch('elector/src/election/lock-requests.ts');
export const inOtherLock = patch('elector/src/election/other-lock.ts');
export const inObjectLock = patch('elector/src/kubernetes/object-lock.ts');
export const inLeaderSlice = patch('elector/src/kubernetes/leader-slice.ts');
export const inObservedLocks = patch('elector/src/election/observed-locks.ts');
export const inConfig = patch('elector/src/election/leader-election-config.ts');
export const inClock = patch('base/clock.ts');
export const inValidity = patch('proof/fencing/validity.mjs');

/** Where a restarted process takes over what its earlier one granted. */
export const inherit = 'if (!this.#requests.hasWritten && this.locks.isAnyMine) this.right.inheritGrants();';

/** A condition that holds where a term began although nothing was written; goes with `importNow`. */
export const leadByReading =
  'this.locks.areMine && stands(this.#view(), this.#options.clock.monotonic()) && ' +
  "this.right.renew(this.locks.all[0]?.object?.resourceVersion ?? '0', now(this.#options.clock), true)";

export const importNow = inCandidacy(
  "import type { Clock } from '../../../base/clock.ts';",
  "import { now, type Clock } from '../../../base/clock.ts';",
);
