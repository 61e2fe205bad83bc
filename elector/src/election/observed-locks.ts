import type { Handover } from './handovers.ts';
import type { Identity } from './leader-election-config.ts';
import type { ObservedLock } from './observed-lock.ts';
import type { LockObject } from './resource-lock.ts';

/** A lock, and its object as it was when a decision was taken. */
export interface Snapshot {
  readonly lock: ObservedLock;
  readonly object: LockObject | null;
}

/** What a candidate knows of the locks that it must hold together: of one, or of the two in a MultiLock. Each is judged alone. */
export class ObservedLocks {
  readonly all: readonly ObservedLock[];
  readonly #candidate: Identity;

  constructor(all: readonly ObservedLock[], candidate: Identity) {
    this.all = all;
    this.#candidate = candidate;
  }

  /** All of them, for people. */
  describe(): string {
    return this.all.map(({ lock }) => lock.describe()).join(' and ');
  }

  /** Whether each has been observed. */
  get areObserved(): boolean {
    return this.all.every(({ object }) => object !== undefined);
  }

  /** The highest count that any of them shows; 0 where none has a record. */
  get leaderTransitions(): number {
    return Math.max(...this.all.map(({ record }) => record?.leaderTransitions ?? 0));
  }

  /** Whether the candidate holds all of them. */
  get areMine(): boolean {
    return this.all.every((lock) => this.#isMine(lock));
  }

  /** Whether the candidate holds any of them. */
  get isAnyMine(): boolean {
    return this.all.some((lock) => this.#isMine(lock));
  }

  /** Whether any of them lost its object or its record although somebody held it (rule 3). */
  get haveVanished(): boolean {
    return this.all.some(({ hasVanished }) => hasVanished);
  }

  /** The first of them whose object is gone although somebody may hold it (rule 3). */
  get gone(): ObservedLock | undefined {
    return this.all.find(({ goneSince }) => goneSince !== null);
  }

  /** The monotonic time at which that was seen to be gone; null where none is. */
  get goneSince(): number | null {
    return this.gone?.goneSince ?? null;
  }

  /** The monotonic time from which the candidate may write all of them, and may lead by having written them (rules 2, 3). */
  get availableAt(): number {
    const { identity, uid } = this.#candidate;
    return Math.max(...this.all.map((lock) => lock.availableAt(identity, uid)));
  }

  /** Who holds them, where all that have a holder have the same (rule 8); `""` otherwise. */
  get holderName(): string {
    const [name = '', ...others] = new Set(this.all.map(({ holderName }) => holderName).filter(Boolean));
    return others.length === 0 ? name : '';
  }

  /** As `holderName`, unless that is the candidate's own name: whoever is told that name would think it is the candidate (rule 7). */
  get otherHolder(): string {
    return this.holderName === this.#candidate.identity ? '' : this.holderName;
  }

  /** For how many more milliseconds what `holderName` says stays so, unless a lock changes; 0: for ever. */
  get nameValidForMs(): number {
    const left = this.all.map(({ nameValidForMs }) => nameValidForMs).filter((ms) => ms > 0);
    return left.length === 0 ? 0 : Math.min(...left);
  }

  /** For how many more milliseconds the others wait for whoever holds them, unless they change; null where nobody does. */
  expireInMs(time: number): number | null {
    const held = this.all.filter(({ isHeld }) => isHeld);
    return held.length === 0 ? null : Math.max(0, ...held.map(({ freeAt }) => freeAt - time));
  }

  /** Whether whoever released them named another candidate to follow. */
  get areAnothersTurn(): boolean {
    return this.all.some(({ successor }) => successor !== null && successor !== this.#candidate.identity);
  }

  /** Who led after whom, the latest first. Two locks that are held together go from hand to hand together. */
  get handovers(): readonly Handover[] {
    return this.all[0]?.handovers ?? [];
  }

  /** Those that the candidate holds. */
  get mine(): readonly Snapshot[] {
    return this.snapshot().filter(({ lock }) => this.#isMine(lock) && !lock.hasVanished);
  }

  /** Why one of them is no lock, but somebody else's object; null where all are locks or not there. */
  get foreignBecause(): string | null {
    return this.all.map(({ foreignBecause }) => foreignBecause).find((problem) => problem !== null) ?? null;
  }

  /** All of them as they are now: what a decision taken now depends on (rule 1). */
  snapshot(): readonly Snapshot[] {
    return this.all.map((lock) => ({ lock, object: lock.object ?? null }));
  }

  /** The monotonic time from which nobody else can still lead by those that the candidate holds (rule 3). */
  get mineSince(): number {
    const { identity, uid } = this.#candidate;
    return Math.max(-Infinity, ...this.mine.map(({ lock }) => lock.availableAt(identity, uid)));
  }

  /** The monotonic time up to which the others wait for those that the candidate holds; -Infinity where it holds none. */
  get mineUntil(): number {
    return Math.max(-Infinity, ...this.mine.map(({ lock }) => lock.freeAt));
  }

  /** What a candidate that drains keeps: as a leader does (rule 3), all that it held a moment ago, although it has vanished since. */
  kept(wasHeldMomentAgo: boolean): readonly Snapshot[] {
    return this.areMine && wasHeldMomentAgo ? this.snapshot() : this.mine;
  }

  /** Those of `mine` that are not free by themselves at the monotonic time `time`; none while another may lead by one of them. */
  releasable(time: number): readonly Snapshot[] {
    return this.mineSince > time ? [] : this.mine.filter(({ lock }) => lock.freeAt > time);
  }

  /** Reads all of them. Rejects where one cannot be read. */
  async refresh(): Promise<void> {
    await Promise.all(this.all.map((lock) => lock.refresh()));
  }

  #isMine(lock: ObservedLock): boolean {
    return lock.foreignBecause === null && lock.isHeldBy(this.#candidate.identity, this.#candidate.uid);
  }
}
