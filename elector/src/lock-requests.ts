import { now, type Clock, type Instant } from './clock.ts';
import { ContestDelay } from './contest-delay.ts';
import type { WriteReport } from './election-status.ts';
import type { Identity, LeaderElectionConfig } from './leader-election-config.ts';
import type { Log } from './log.ts';
import { heldRecord, releasedRecord, restoredRecord } from './next-record.ts';
import type { ObservedLock } from './observed-lock.ts';
import type { ObservedLocks, Snapshot } from './observed-locks.ts';
import { ConflictError, ThrottledError, type LockWrite } from './resource-lock.ts';

/** What a candidate's requests run on. */
export interface LockRequestsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Who writes. */
  readonly holder: Identity & Pick<LeaderElectionConfig, 'leaseDuration'>;
  readonly retryPeriodMs: number;
  readonly onWrite: (report: WriteReport) => void;
}

/** What came of a write. */
type Outcome =
  { readonly kind: 'written'; readonly resourceVersion: string } | { readonly kind: 'unchanged' | 'failed' };

/** The locks were written: by which version of the last of them, and from when on others have seen all of them held. */
export interface Held {
  readonly resourceVersion: string;
  readonly since: Instant;
}

// Times in an annotation have whole seconds.
const recordResolutionMs = 1000;
// Gives no right at all.
const longAgo: Instant = { monotonic: -Infinity, wall: -Infinity };

/** The requests of a candidate: each is made once, and what comes of it says when the next may be made. */
export class LockRequests {
  readonly contestDelay: ContestDelay;
  readonly #options: LockRequestsOptions;
  #mustRead = false;
  /** What the last write that met a conflict was conditional on. */
  #conflicted: Snapshot | null = null;
  #hasWritten = false;
  #isWriting = false;
  /** For each lock the version that this candidate gave it last, and when that was sent. */
  readonly #own = new Map<ObservedLock, Held>();
  #renewAt = -Infinity;
  #retryAt = -Infinity;
  #reportedFailure = '';

  constructor(options: LockRequestsOptions) {
    this.#options = options;
    this.contestDelay = new ContestDelay(options.random);
  }

  /** Whether a write met a conflict: read before deciding again (rule 1). */
  get mustRead(): boolean {
    return this.#mustRead;
  }

  /** Whether a write of this process has succeeded, or may just have: a watch can show it before its answer is here. */
  get hasWritten(): boolean {
    return this.#hasWritten || this.#isWriting;
  }

  /** Monotonic time of the next renewal; at once after a restart, when this process has written nothing yet (rule 7). */
  get renewAt(): number {
    return this.#renewAt;
  }

  /** Monotonic time before which a failed request is not made again. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** Reads the locks that this candidate writes, after a conflict. Never rejects. */
  async readAgain(locks: { refresh(): Promise<void> }): Promise<void> {
    if (await this.read(locks)) this.#mustRead = false;
  }

  /** Reads; returns whether that succeeded. Never rejects. */
  async read(lock: { refresh(): Promise<void> }): Promise<boolean> {
    const sentAt = this.#options.clock.monotonic();
    try {
      await lock.refresh();
      this.#succeeded();
      return true;
    } catch (error) {
      this.#failed(error, sentAt);
      return false;
    }
  }

  /**
   * Writes that this candidate holds the locks, each in the state that it is in now (rule 1); none after one that failed. Returns null
   * where that gives no right: one of them failed, or the last changed nothing. That the first of two changed nothing
   * means that it was written within this second already: then others have seen it held since that. Never rejects.
   * @param sentAt the present
   */
  async hold(locks: ObservedLocks, sentAt: Instant): Promise<Held | null> {
    const { identity, uid, leaseDuration } = this.#options.holder;
    const { retryPeriodMs } = this.#options;
    const purpose = locks.areMine ? 'renew' : 'acquire';
    let held: Held | null = null;
    let since = sentAt;
    let pauseMs = retryPeriodMs;
    for (const snapshot of locks.snapshot()) {
      const heldBefore = snapshot.lock.isHeldBy(identity, uid);
      const holder = { identity, leaseDuration, heldBefore };
      const record = heldRecord(snapshot.lock.record, holder, new Date(sentAt.wall));
      const outcome = await this.#write(purpose, snapshot, { record, holderUid: uid }, sentAt);
      if (outcome.kind === 'failed') return null;
      if (outcome.kind === 'written') {
        held = { resourceVersion: outcome.resourceVersion, since };
        this.#own.set(snapshot.lock, { resourceVersion: outcome.resourceVersion, since: sentAt });
        continue;
      }
      held = null;
      since = this.#ownSince(snapshot) ?? longAgo;
      pauseMs = Math.min(recordResolutionMs, retryPeriodMs);
    }
    this.#renewAt = sentAt.monotonic + pauseMs;
    return held;
  }

  /** When this candidate sent what the lock is now; null where it is not by its own answered write. */
  #ownSince({ lock, object }: Snapshot): Instant | null {
    const own = this.#own.get(lock);
    return own !== undefined && own.resourceVersion === object?.resourceVersion ? own.since : null;
  }

  /**
   * Rule 3: an object that is not there has no version, so a create cannot tell whether it came back and went again meanwhile. A
   * candidate that has seen the lock puts it back, as held, and waits that out; its next write is conditional.
   * Returns whether that succeeded. Never rejects.
   */
  async restore(lock: ObservedLock): Promise<boolean> {
    const sentAt = now(this.#options.clock);
    const { leaseDuration } = this.#options.holder;
    const record = restoredRecord(lock.record, leaseDuration, new Date(sentAt.wall));
    const write = { record, holderUid: null };
    return (await this.#write('restore', { lock, object: null }, write, sentAt)).kind === 'written';
  }

  /**
   * Lets the locks go, one after the other, each if it is as it was when that was decided (rules 1, 6). Returns whether all writes
   * succeeded. Never rejects.
   */
  async release(snapshots: readonly Snapshot[]): Promise<boolean> {
    for (const snapshot of snapshots) {
      const sentAt = now(this.#options.clock);
      const record = releasedRecord(snapshot.lock.record, new Date(sentAt.wall));
      const write = { record, holderUid: null };
      if ((await this.#write('release', snapshot, write, sentAt)).kind !== 'written') return false;
    }
    this.#options.log.info('released the lock');
    return true;
  }

  /** One conditional write (rule 1). Never rejects. */
  async #write(
    purpose: WriteReport['purpose'],
    { lock, object }: Snapshot,
    write: LockWrite,
    sentAt: Instant,
  ): Promise<Outcome> {
    const { clock, onWrite } = this.#options;
    const report = (outcome: WriteReport['outcome']) =>
      onWrite({ purpose, outcome, durationMs: clock.monotonic() - sentAt.monotonic });
    this.#isWriting = true;
    try {
      const resourceVersion = await lock.write(object, write);
      this.#succeeded();
      this.#hasWritten = true;
      report(resourceVersion === null ? 'unchanged' : 'written');
      return resourceVersion === null ? { kind: 'unchanged' } : { kind: 'written', resourceVersion };
    } catch (error) {
      const conflict = error instanceof ConflictError;
      report(conflict ? 'conflict' : 'failed');
      if (conflict) this.#onConflict(purpose, { lock, object }, sentAt.monotonic);
      else this.#failed(error, sentAt.monotonic);
      return { kind: 'failed' };
    } finally {
      this.#isWriting = false;
    }
  }

  #onConflict(purpose: WriteReport['purpose'], snapshot: Snapshot, sentAt: number): void {
    if (purpose === 'acquire') this.contestDelay.lost();
    // A conflict with nothing to be seen of it is not met in a tight loop.
    const isUnexplained =
      this.#conflicted?.lock === snapshot.lock &&
      this.#conflicted.object?.resourceVersion === snapshot.object?.resourceVersion;
    if (isUnexplained) this.#retryAt = sentAt + this.#options.retryPeriodMs;
    this.#conflicted = snapshot;
    this.#mustRead = true;
  }

  #succeeded(): void {
    if (this.#reportedFailure !== '') this.#options.log.info('requests succeed again');
    this.#reportedFailure = '';
  }

  #failed(error: unknown, sentAt: number): void {
    const { clock, log, retryPeriodMs } = this.#options;
    const pause = error instanceof ThrottledError ? error.retryAfterMs : 0;
    this.#retryAt = Math.max(sentAt + retryPeriodMs, clock.monotonic() + pause);
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#reportedFailure) log.warn('a request failed', { error: message });
    this.#reportedFailure = message;
  }
}
