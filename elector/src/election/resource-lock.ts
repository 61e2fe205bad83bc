import type { LeaderElectionRecord, RecordReading } from './leader-election-record.ts';

/** The object behind a lock, as one read, watch event or successful write showed it. */
export interface LockObject {
  /** `metadata.uid`: tells an object from another one that took its name later. */
  readonly uid: string;
  /** `metadata.resourceVersion`: a decimal string that grows with every change (KEP-5504). */
  readonly resourceVersion: string;
  /** What the object says about its holder. */
  readonly reading: RecordReading;
  /** The holder's pod uid, from an annotation beside the record (rule 7); null where there is none. */
  readonly holderUid: string | null;
  /** Whether whoever wrote the record said that it holds the other lock of the election as well (`MultiLock`). */
  readonly holdsBoth: boolean;
  /** What whoever released the lock said of it; null where it is held, or nothing was said. */
  readonly release: Release | null;
}

/** What a candidate says of its release, beside the record: news and a hint, on which no rule depends. */
export interface Release {
  /** Who released the lock. */
  readonly by: string;
  /** Why its term ended, for people: `stopping`, `resigned`, `app ended`. */
  readonly because: string;
  /** The candidate that should follow: the others give it a head start of one retryPeriod. Null: whoever is first. */
  readonly successor: string | null;
}

/** What a candidate writes: the record, its own uid (null when it releases), and whether it holds the other lock as well. */
export interface LockWrite {
  /** What the object is to say about its holder. */
  readonly record: LeaderElectionRecord;
  /** The holder's uid, to stand beside the record (rule 7); null: none, and what stands there goes. */
  readonly holderUid: string | null;
  /** Whether the holder holds the other lock of the election as well (`MultiLock`). */
  readonly holdsBoth: boolean;
  /** Null unless it releases. */
  readonly release: Release | null;
}

/** Whether an object is as `write` leaves it, as far as its holder goes. */
export function isWrittenAs(object: LockObject | null, { record, holderUid }: LockWrite): boolean {
  const { reading } = object ?? {};
  const holder = reading?.kind === 'record' ? reading.record.holderIdentity : null;
  return holder === record.holderIdentity && object?.holderUid === holderUid;
}

/** What a watch reports. */
export type LockEvent =
  | { readonly type: 'changed'; readonly object: LockObject }
  | { readonly type: 'deleted'; readonly uid: string; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/**
 * Where a record is kept. Each call of the other methods makes exactly one request, which ends within the request timeout; none
 * retries. (HTTP may send it twice where a kept connection was found closed; a conditional write still happens once at most.)
 * Every method may reject with one of the errors below, or with any other error when no usable answer came
 * (a timeout, a refused connection, a 5xx): of such a write it is unknown whether it happened.
 */
export interface ResourceLock {
  /**
   * Gets ready for the calls below; a run of the election begins with it. Each request is to end within `requestTimeoutMs`.
   * A lock that needs nothing of the kind has no `connect`. @throws Error that names what is missing, such as credentials
   */
  connect?(requestTimeoutMs: number): Promise<void>;
  /** Closes what `connect` opened; a run of the election ends with it. */
  close?(): void;
  /** The object now, or null where there is none. */
  get(): Promise<LockObject | null>;
  /** Creates the object. @throws ConflictError where it exists already, NotFoundError where there is no such namespace */
  create(write: LockWrite): Promise<LockObject>;
  /**
   * Replaces the record in `observed`, on the condition that the object still has `observed`'s uid and
   * resourceVersion (rule 1). @throws ConflictError where it has not, or is gone.
   */
  update(observed: LockObject, write: LockWrite): Promise<LockObject>;
  /**
   * Changes after `resourceVersion`; without one, the present state (where the object exists) and then its changes. Opens
   * when iterated, ends when the server ends it or `signal` aborts. @throws ForbiddenError, ExpiredError, StatusError
   */
  watch(resourceVersion: string | null, signal: AbortSignal): AsyncIterable<LockEvent>;
  /**
   * Notes on the object, for people, what has happened to the candidate `identity`: `became leader`, `stopped leading: app ended`.
   * Never rejects: where it cannot be noted it is not. A lock that has no place for notes has no `recordEvent`.
   */
  recordEvent?(identity: string, what: string): Promise<void>;
  /** Kind, namespace and name, for people: `endpoints default/example`. */
  describe(): string;
}

/** The write's condition did not hold (409): read again, decide again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The server does not know the caller (401): the credentials have run out, say, or are being replaced. It may pass. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';
}

/** The server knows the caller and refuses this (403): the role does not allow it. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

/** There is no such object (404); where one was to be created: no such namespace. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** The resourceVersion to watch from is too old (410): read again, watch from there. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError';
}

/** The server asks for fewer requests (429), or is not available for the moment (503). */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
  /** Milliseconds that the server wants to pass before the next request; above 0. */
  readonly retryAfterMs: number;

  /** `message`: one line that names the request. */
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server answered with a status that none of the other errors stands for, such as 400 or 504. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
}
