/** What `resign()` rejects with where there is nothing to resign from. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';

  /** `identity`: the candidate that was to resign. */
  constructor(identity: string) {
    super(`${identity} does not lead`);
  }
}

/**
 * What `resign()` rejects with when it did not learn in time that the lock was released. The candidate has stopped leading, and
 * stands aside, all the same; the others lead at the latest when the lease has run out.
 */
export class UnconfirmedReleaseError extends Error {
  override readonly name = 'UnconfirmedReleaseError';

  /** `identity`: the candidate that was to resign. */
  constructor(identity: string) {
    super(`${identity} has stopped leading, but the release of the lock could not be confirmed; it expires`);
  }
}
