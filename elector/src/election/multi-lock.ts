import type { ResourceLock } from './resource-lock.ts';

/**
 * Two locks that are held together, to move a fleet from one to the other without a moment with two leaders: first all candidates
 * take both, then they take the second alone. A candidate leads, and renews, only when it wrote both, in this order, each on the
 * condition that it is as it was before the first write.
 */
export class MultiLock {
  /** The first and the second, in the order in which they are written. */
  readonly locks: readonly [ResourceLock, ResourceLock];

  /** Two locks of different kinds, which are the same election's. @throws RangeError for one that is given twice */
  constructor(first: ResourceLock, second: ResourceLock) {
    if (first === second) throw new RangeError('the locks of a MultiLock are the same one; they must be two');
    this.locks = [first, second];
  }

  /** Both locks, for people: `endpoints default/example and leases default/example`. */
  describe(): string {
    return this.locks.map((lock) => lock.describe()).join(' and ');
  }
}

/** The locks that a candidate must hold to lead. */
export function locksOf(lock: ResourceLock | MultiLock): readonly ResourceLock[] {
  return lock instanceof MultiLock ? lock.locks : [lock];
}
