import { attempt } from './attempt.ts';
import { longestElapsed, now, type Clock } from '../../../base/clock.ts';
import type { LeaderElectionRecord } from './leader-election-record.ts';
import { claimAfter, freeAt, type Claim } from './lock-claim.ts';
import { unknownHolder } from './next-record.ts';
import type { LockEvent, LockObject, ResourceLock } from './resource-lock.ts';

/** What a lock is observed by. Durations are milliseconds. */
export interface ObservedLockOptions {
  readonly clock: Clock;
  /** This candidate's own lease. */
  readonly leaseDurationMs: number;
  readonly retryPeriodMs: number;
  /** Called when an observation has changed anything. */
  readonly onChange: () => void;
}

/**
 * A lock and what this process knows of it: the object it last saw and who holds it. A pure reading of what was observed
 * here, on this process's clocks; the times in records are never compared (rule 2).
 */
export class ObservedLock {
  readonly lock: ResourceLock;
  readonly #options: ObservedLockOptions;
  /** undefined: never observed. null: observed that there is none. */
  #object: LockObject | null | undefined;
  #resourceVersion = '0';
  /** Of the object that was last seen, also when it has gone since. */
  #lastVersion = '0';
  #claim: Claim | null = null;
  #lastChangeAt = -Infinity;
  #observations = 0;

  constructor(lock: ResourceLock, options: ObservedLockOptions) {
    this.lock = lock;
    this.#options = options;
  }

  /** The object last observed; null: there was none; undefined: nothing has been observed yet. */
  get object(): LockObject | null | undefined {
    return this.#object;
  }

  /** The record last seen of whoever holds the lock, or of whoever released it; null where there is none. */
  get record(): LeaderElectionRecord | null {
    const reading = this.#object?.reading;
    return reading?.kind === 'record' ? reading.record : (this.#claim?.record ?? null);
  }

  /** Whether somebody held the lock when it was last seen with a record. */
  get isHeld(): boolean {
    return this.#claim !== null;
  }

  /** How long the holder gave itself, in milliseconds; this candidate's own lease where nobody holds the lock. */
  get leaseDurationMs(): number {
    return this.#claim?.leaseDurationMs ?? this.#options.leaseDurationMs;
  }

  /** Rule 7: the name alone is not enough, it must be the same pod. */
  isHeldBy(identity: string, uid: string | null): boolean {
    return this.holderIdentity === identity && this.#claim?.holderUid === uid;
  }

  /** Whether the object, or its record, is gone although somebody held it; or went back to a release of the past (rule 3). */
  get hasVanished(): boolean {
    const reading = this.#object?.reading;
    const names = reading?.kind === 'record' && reading.record.holderIdentity !== '';
    return this.#claim !== null && !names;
  }

  /** Why the object is not a lock of any election, but somebody else's, who relies on it; null where it is one, or is not there. */
  get foreignBecause(): string | null {
    const reading = this.#object?.reading;
    return reading?.kind === 'foreign' ? reading.problem : null;
  }

  /** Whether the holder says, in the lock as it is now, that it holds the other lock of the election as well. */
  get isHeldWithOther(): boolean {
    return this.#object?.holdsBoth === true;
  }

  /** The monotonic time at which the object was seen to be gone while somebody may hold the lock; null otherwise (rule 3). */
  get goneSince(): number | null {
    return this.#object === null ? (this.#claim?.unchangedSince ?? null) : null;
  }

  /**
   * The monotonic time from which another than the holder may take the lock: once it has not changed for the holder's
   * own lease (rules 2, 3); the past where nobody holds it.
   */
  get freeAt(): number {
    return this.#claim === null ? this.#lastChangeAt : freeAt(this.#claim);
  }

  /** The monotonic time from which this candidate may write the lock, and may lead by having written it; Infinity: never as it is. */
  availableAt(identity: string, uid: string): number {
    if (this.foreignBecause !== null) return Infinity;
    const holds = this.isHeldBy(identity, uid) && !this.hasVanished;
    return holds ? (this.#claim?.contestedUntil ?? -Infinity) : this.freeAt;
  }

  /** The name of who holds the lock, however long ago that was seen; null where nobody does, or nobody knows. */
  get holderIdentity(): string | null {
    return this.#claim?.record?.holderIdentity ?? null;
  }

  /** The holder's name, for one lease after its last observed change (rule 8); `""` after that, or where nobody is known. */
  get holderName(): string {
    const name = this.holderIdentity ?? '';
    return this.nameValidForMs > 0 && name !== unknownHolder ? name : '';
  }

  /** For how many more milliseconds the holder may be named; 0: no longer, or nobody is known. */
  get nameValidForMs(): number {
    if (this.#claim === null) return 0;
    return Math.max(
      0,
      this.#claim.leaseDurationMs - longestElapsed(this.#options.clock, this.#claim.namedAt),
    );
  }

  /** Reads the lock; each answer is taken in, also one that comes when another attempt has succeeded. */
  refresh(): Promise<void> {
    return attempt(() => this.#readOnce(), this.#options);
  }

  /** An answer that something newer overtook on the way is dropped. */
  async #readOnce(): Promise<void> {
    const before = this.#observations;
    const object = await this.lock.get();
    const overtaken =
      before !== this.#observations && !(object !== null && this.#isNews(object.resourceVersion));
    if (!overtaken && this.#observe(object, object?.resourceVersion ?? '0')) this.#options.onChange();
  }

  /** Takes in what a watch reports; what is older than already known is dropped. */
  accept(event: LockEvent): void {
    if (event.type === 'bookmark') return;
    const object = event.type === 'changed' ? event.object : null;
    const resourceVersion = event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion;
    if (this.#isNews(resourceVersion) && this.#observe(object, resourceVersion)) this.#options.onChange();
  }

  /** Takes in what a write of this candidate's own has made of the lock; the writer tells of the change. */
  acceptOwn(written: LockObject): void {
    if (this.#isNews(written.resourceVersion)) this.#observe(written, written.resourceVersion);
  }

  #isNews(resourceVersion: string): boolean {
    return BigInt(resourceVersion) > BigInt(this.#resourceVersion);
  }

  /** Returns whether anything changed. */
  #observe(object: LockObject | null, resourceVersion: string): boolean {
    this.#observations += 1;
    const wentBack = object !== null && BigInt(resourceVersion) < BigInt(this.#lastVersion);
    this.#resourceVersion = resourceVersion;
    if (object !== null) this.#lastVersion = resourceVersion;
    const unchanged =
      this.#object !== undefined &&
      this.#object?.uid === object?.uid &&
      this.#object?.resourceVersion === object?.resourceVersion;
    if (unchanged) return false;
    const at = now(this.#options.clock);
    const hadObject = this.#object !== undefined && this.#object !== null;
    const change = { object, at, hadObject, wentBack };
    this.#claim = claimAfter(this.#claim, change, this.#options.leaseDurationMs);
    this.#object = object;
    this.#lastChangeAt = at.monotonic;
    return true;
  }
}
