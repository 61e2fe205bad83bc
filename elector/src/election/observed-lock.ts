import { attempt } from './attempt.ts';
import { longestElapsed, now, type Clock } from '../../../base/clock.ts';
import { historyAfter, nothingSeen, type Handover, type HandoverHistory } from './handovers.ts';
import type { LeaderElectionRecord } from './leader-election-record.ts';
import { freeAt } from './lock-claim.ts';
import { unknownHolder } from './next-record.ts';
import { afterSeeing, isNews, nothingObserved, type Observation } from './observation.ts';
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
  #observed: Observation = nothingObserved;
  #history: HandoverHistory = nothingSeen;

  constructor(lock: ResourceLock, options: ObservedLockOptions) {
    this.lock = lock;
    this.#options = options;
  }

  /** The object last observed; null: there was none; undefined: nothing has been observed yet. */
  get object(): LockObject | null | undefined {
    return this.#observed.object;
  }

  /** The record last seen of whoever holds the lock, or of whoever released it; null where there is none. */
  get record(): LeaderElectionRecord | null {
    const reading = this.#observed.object?.reading;
    return reading?.kind === 'record' ? reading.record : (this.#observed.claim?.record ?? null);
  }

  /** Whether somebody held the lock when it was last seen with a record. */
  get isHeld(): boolean {
    return this.#observed.claim !== null;
  }

  /** The candidate that whoever released the lock named to follow; null where it is held, or nobody was named. */
  get successor(): string | null {
    return this.#observed.release?.successor ?? null;
  }

  /** Who led after whom, the latest first. The array is another one only when there is another. */
  get handovers(): readonly Handover[] {
    return this.#history.handovers;
  }

  /** How long the holder gave itself, in milliseconds; this candidate's own lease where nobody holds the lock. */
  get leaseDurationMs(): number {
    return this.#observed.claim?.leaseDurationMs ?? this.#options.leaseDurationMs;
  }

  /** Rule 7: the name alone is not enough, it must be the same pod. */
  isHeldBy(identity: string, uid: string | null): boolean {
    return this.holderIdentity === identity && this.#observed.claim?.holderUid === uid;
  }

  /** Whether the object, or its record, is gone although somebody held it; or went back to a release of the past (rule 3). */
  get hasVanished(): boolean {
    const reading = this.#observed.object?.reading;
    const names = reading?.kind === 'record' && reading.record.holderIdentity !== '';
    return this.#observed.claim !== null && !names;
  }

  /** Why the object is not a lock of any election, but somebody else's, who relies on it; null where it is one, or is not there. */
  get foreignBecause(): string | null {
    const reading = this.#observed.object?.reading;
    return reading?.kind === 'foreign' ? reading.problem : null;
  }

  /** Whether the holder says, in the lock as it is now, that it holds the other lock of the election as well. */
  get isHeldWithOther(): boolean {
    return this.#observed.object?.holdsBoth === true;
  }

  /** The monotonic time at which the object was seen to be gone while somebody may hold the lock; null otherwise (rule 3). */
  get goneSince(): number | null {
    return this.#observed.object === null ? (this.#observed.claim?.unchangedSince ?? null) : null;
  }

  /**
   * The monotonic time from which another than the holder may take the lock: once it has not changed for the holder's
   * own lease (rules 2, 3); the past where nobody holds it.
   */
  get freeAt(): number {
    return this.#observed.claim === null ? this.#observed.changedAt : freeAt(this.#observed.claim);
  }

  /** The monotonic time from which this candidate may write the lock, and may lead by having written it (rules 2, 3); Infinity: never as it is. */
  availableAt(identity: string, uid: string): number {
    if (this.foreignBecause !== null) return Infinity;
    const holds = this.isHeldBy(identity, uid) && !this.hasVanished;
    return holds ? (this.#observed.claim?.contestedUntil ?? -Infinity) : this.freeAt;
  }

  /** The name of who holds the lock, however long ago that was seen; null where nobody does, or nobody knows. */
  get holderIdentity(): string | null {
    return this.#observed.claim?.record?.holderIdentity ?? null;
  }

  /** The holder's name, for one lease after its last observed change (rule 8); `""` after that, or where nobody is known. */
  get holderName(): string {
    const name = this.holderIdentity ?? '';
    return this.nameValidForMs > 0 && name !== unknownHolder ? name : '';
  }

  /** For how many more milliseconds the holder may be named; 0: no longer, or nobody is known. */
  get nameValidForMs(): number {
    if (this.#observed.claim === null) return 0;
    return Math.max(
      0,
      this.#observed.claim.leaseDurationMs -
        longestElapsed(this.#options.clock, this.#observed.claim.namedAt),
    );
  }

  /** Reads the lock; each answer is taken in, also one that comes when another attempt has succeeded. */
  refresh(): Promise<void> {
    return attempt(() => this.#readOnce(), this.#options);
  }

  /** An answer that something newer overtook on the way is dropped. */
  async #readOnce(): Promise<void> {
    const before = this.#observed;
    const object = await this.lock.get();
    const isOvertaken =
      before !== this.#observed && !(object !== null && isNews(this.#observed, object.resourceVersion));
    if (!isOvertaken && this.#see(object, object?.resourceVersion ?? '0')) this.#options.onChange();
  }

  /** Takes in what a watch reports; what is older than already known is dropped. */
  accept(event: LockEvent): void {
    if (event.type === 'bookmark') return;
    const object = event.type === 'changed' ? event.object : null;
    const resourceVersion = event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion;
    if (isNews(this.#observed, resourceVersion) && this.#see(object, resourceVersion))
      this.#options.onChange();
  }

  /** Takes in what a write of this candidate's own has made of the lock; the writer tells of the change. */
  acceptOwn(written: LockObject): void {
    if (isNews(this.#observed, written.resourceVersion)) this.#see(written, written.resourceVersion);
  }

  /** Returns whether that changed anything. */
  #see(object: LockObject | null, resourceVersion: string): boolean {
    const before = this.#observed;
    const { clock, leaseDurationMs } = this.#options;
    const at = now(clock);
    this.#observed = afterSeeing(object, resourceVersion, before, at, leaseDurationMs);
    if (this.#observed.object === before.object) return false;
    this.#history = historyAfter(this.#history, object, at, before.object === undefined);
    return true;
  }
}
