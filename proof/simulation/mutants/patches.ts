import type { Patch } from '../elector-under-test.ts';

const patch =
  (file: string) =>
  (find: string, replace: string): Patch => ({ file, find, replace });

// What changes a file of the elector, by the file's name; `find` must stand in it exactly once.
export const elector = patch('elector/src/election/leader-elector.ts');
export const candidacy = patch('elector/src/election/candidacy.ts');
export const nextStep = patch('elector/src/election/next-step.ts');
export const observedLock = patch('elector/src/election/observed-lock.ts');
export const lockClaim = patch('elector/src/election/lock-claim.ts');
export const right = patch('elector/src/election/right.ts');
export const appLife = patch('elector/src/sidecar/app-life.ts');
export const lockRequests = patch('elector/src/election/lock-requests.ts');
export const otherLock = patch('elector/src/election/other-lock.ts');
export const objectLock = patch('elector/src/kubernetes/object-lock.ts');
export const observedLocks = patch('elector/src/election/observed-locks.ts');
export const config = patch('elector/src/election/leader-election-config.ts');
export const clock = patch('base/clock.ts');
export const validity = patch('proof/fencing/validity.mjs');

/** Where a restarted process takes over what its earlier one granted. */
export const inherit = 'if (!this.#requests.hasWritten && this.locks.isAnyMine) this.right.inheritGrants();';

/** A condition that holds where a term began although nothing was written; goes with `importNow`. */
export const leadByReading =
  'this.locks.areMine && stands(this.#view(), this.#options.clock.monotonic()) && ' +
  "this.right.renew(this.locks.all[0]?.object?.resourceVersion ?? '0', now(this.#options.clock), true)";

export const importNow = candidacy(
  "import type { Clock } from '../../../base/clock.ts';",
  "import { now, type Clock } from '../../../base/clock.ts';",
);
