import { longestElapsed, now, type Clock, type Instant } from './clock.ts';
import type { LeaderElectionRecord } from './leader-election-record.ts';
import { unknownHolder } from './next-record.ts';
import type { LockEvent, LockObject, LockWrite, ResourceLock } from './resource-lock.ts';

/** Who holds a lock, as far as this process has seen. */
interface Claim {
  /** The holder's record; null where it could not be read: somebody unknown holds the lock. */
  readonly record: LeaderElectionRecord | null;
  readonly holderUid: string | null;
  /** The holder's own lease, or ours where it gave none below which waiting makes sense (rule 2). */
  readonly leaseDurationMs: number;
  /** When a change of the lock that named this holder was last observed (rule 8). */
  readonly namedAt: Instant;
  /** Monotonic time of the last change of any kind, vanishing included: the lease is waited out from here (rules 2, 3). */
  readonly unchangedSince: number;
  /**
   * Monotonic time until which an earlier holder may still lead, whose claim this one replaced before its lease had run out. A create has
   * no version to depend on (rule 3): one that was long on its way may arrive in an absence that others made.
   */
  readonly contestedUntil: number;
}

/** Who holds a lock: a name, and the uid that tells it from another of that name; null where the lock does not say. */
export interface Holder {
  readonly identity: string;
  readonly uid: string | null;
}

/**
 * A lock and what this process knows of it: the object it last saw and who holds it. A pure reading of what was observed
 * here, on this process's clocks; the times in records are never compared (rule 2).
 */
export class ObservedLock {
  readonly lock: ResourceLock;
  readonly #clock: Clock;
  readonly #ownLeaseDurationMs: number;
  readonly #onChange: () => void;
  /** undefined: never observed. null: observed that there is none. */
  #object: LockObject | null | undefined;
  #hasSeenObject = false;
  #resourceVersion = '0';
  #claim: Claim | null = null;
  #formerHolder: Holder | null = null;
  #lastChangeAt = -Infinity;
  #observations = 0;

  constructor(lock: ResourceLock, clock: Clock, ownLeaseDurationMs: number, onChange: () => void) {
    this.lock = lock;
    this.#clock = clock;
    this.#ownLeaseDurationMs = ownLeaseDurationMs;
    this.#onChange = onChange;
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
    return this.#claim?.leaseDurationMs ?? this.#ownLeaseDurationMs;
  }

  /** Rule 7: the name alone is not enough, it must be the same pod. */
  isHeldBy(identity: string, uid: string | null): boolean {
    return this.#claim?.record?.holderIdentity === identity && this.#claim.holderUid === uid;
  }

  /** Whether the object, or its record, is gone although somebody held it (rule 3). */
  get hasVanished(): boolean {
    return this.#claim !== null && this.#object?.reading.kind !== 'record';
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
    return this.#claim === null
      ? this.#lastChangeAt
      : this.#claim.unchangedSince + this.#claim.leaseDurationMs;
  }

  /** The monotonic time from which this candidate may write the lock, and may lead by having written it. */
  availableAt(identity: string, uid: string): number {
    const holds = this.isHeldBy(identity, uid) && !this.hasVanished;
    return holds ? (this.#claim?.contestedUntil ?? -Infinity) : this.freeAt;
  }

  /** Who holds the lock; null where nobody does, or nobody knows. */
  get holder(): Holder | null {
    return this.#claim === null ? null : holderOf(this.#claim);
  }

  /** Whether this is the holder, or was the one before. */
  hasBeenHeldBy(identity: string, uid: string | null): boolean {
    const former = this.#formerHolder;
    return this.isHeldBy(identity, uid) || (former?.identity === identity && former.uid === uid);
  }

  /** The holder's name, for one lease after its last observed change (rule 8); `""` after that, or where nobody is known. */
  get holderName(): string {
    const name = this.#claim?.record?.holderIdentity ?? '';
    return this.nameValidForMs > 0 && name !== unknownHolder ? name : '';
  }

  /** For how many more milliseconds the holder may be named; 0: no longer, or nobody is known. */
  get nameValidForMs(): number {
    if (this.#claim === null) return 0;
    return Math.max(0, this.#claim.leaseDurationMs - longestElapsed(this.#clock, this.#claim.namedAt));
  }

  /** Reads the lock. An answer that something newer overtook on the way is dropped. */
  async refresh(): Promise<void> {
    const before = this.#observations;
    const object = await this.lock.get();
    const overtaken =
      before !== this.#observations && !(object !== null && this.#isNews(object.resourceVersion));
    if (!overtaken && this.#observe(object, object?.resourceVersion ?? '0')) this.#onChange();
  }

  /** Takes in what a watch reports; what is older than already known is dropped. */
  accept(event: LockEvent): void {
    if (event.type === 'bookmark') return;
    const object = event.type === 'changed' ? event.object : null;
    const resourceVersion = event.type === 'changed' ? event.object.resourceVersion : event.resourceVersion;
    if (this.#isNews(resourceVersion) && this.#observe(object, resourceVersion)) this.#onChange();
  }

  /**
   * Writes on the condition that the lock still is as `observed` (rule 1), and takes in what came of it; the caller
   * tells of the change. Returns the new resourceVersion, or null where the write changed nothing (rule 4).
   * @throws ConflictError and others, as the lock does
   */
  async write(observed: LockObject | null, write: LockWrite): Promise<string | null> {
    const written =
      observed === null ? await this.lock.create(write) : await this.lock.update(observed, write);
    if (this.#isNews(written.resourceVersion)) this.#observe(written, written.resourceVersion);
    return written.resourceVersion === observed?.resourceVersion ? null : written.resourceVersion;
  }

  #isNews(resourceVersion: string): boolean {
    return BigInt(resourceVersion) > BigInt(this.#resourceVersion);
  }

  /** Returns whether anything changed. */
  #observe(object: LockObject | null, resourceVersion: string): boolean {
    this.#observations += 1;
    this.#resourceVersion = resourceVersion;
    const unchanged =
      this.#object !== undefined &&
      this.#object?.uid === object?.uid &&
      this.#object?.resourceVersion === object?.resourceVersion;
    if (unchanged) return false;
    const hadSeenObject = this.#hasSeenObject;
    this.#hasSeenObject ||= object !== null;
    this.#object = object;
    this.#lastChangeAt = this.#clock.monotonic();
    const claim = this.#claimOn(object, hadSeenObject);
    if (this.#claim !== null && !isSameHolder(this.#claim, claim)) this.#formerHolder = holderOf(this.#claim);
    this.#claim = claim;
    return true;
  }

  #claimOn(object: LockObject | null, hadSeenObject: boolean): Claim | null {
    const unchangedSince = this.#lastChangeAt;
    if (object?.reading.kind === 'record') {
      const { record } = object.reading;
      if (record.holderIdentity === '') return null;
      const { holderUid } = object;
      const leaseDurationMs = this.#leaseDurationOf(record);
      const contestedUntil = this.isHeldBy(record.holderIdentity, holderUid)
        ? (this.#claim?.contestedUntil ?? -Infinity)
        : this.freeAt;
      const namedAt = now(this.#clock);
      return { record, holderUid, leaseDurationMs, namedAt, unchangedSince, contestedUntil };
    }
    if (this.#claim !== null) return { ...this.#claim, unchangedSince };
    // What was there before may have been acquired since by somebody who was not seen.
    if (object?.reading.kind !== 'unreadable' && !hadSeenObject) return null;
    return {
      record: null,
      holderUid: null,
      leaseDurationMs: this.#ownLeaseDurationMs,
      namedAt: now(this.#clock),
      unchangedSince,
      contestedUntil: -Infinity,
    };
  }

  #leaseDurationOf(record: LeaderElectionRecord): number {
    return record.leaseDurationSeconds >= 1 ? record.leaseDurationSeconds * 1000 : this.#ownLeaseDurationMs;
  }
}

function holderOf({ record, holderUid }: Claim): Holder | null {
  return record === null ? null : { identity: record.holderIdentity, uid: holderUid };
}

function isSameHolder(claim: Claim, other: Claim | null): boolean {
  return (
    claim.record?.holderIdentity === other?.record?.holderIdentity && claim.holderUid === other?.holderUid
  );
}
