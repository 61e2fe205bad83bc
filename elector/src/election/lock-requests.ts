import { attempt } from './attempt.ts';
import { longestElapsed, now, type Clock, type Instant } from '../../../base/clock.ts';
import { ContestDelay } from './contest-delay.ts';
import type { WriteReport } from './election-status.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Durations, Identity, LeaderElectionConfig } from './leader-election-config.ts';
import type { Failures } from './failures.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import { heldRecord, releasedRecord, restoredRecord } from './next-record.ts';
import type { ObservedLock } from './observed-lock.ts';
import type { Snapshot } from './observed-locks.ts';
import { ConflictError, isWrittenAs, ThrottledError } from './resource-lock.ts';
import type { LockObject, LockWrite, Release } from './resource-lock.ts';

/** What a candidate's requests run on. */
export interface LockRequestsOptions extends Pick<Durations, 'leaseDurationMs' | 'retryPeriodMs'> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly failures: Failures;
  /** Who writes. */
  readonly holder: Identity & Pick<LeaderElectionConfig, 'leaseDuration'>;
  /** Whether the candidate holds two locks together. */
  readonly holdsBoth: boolean;
  readonly onWrite: (report: WriteReport) => void;
}

/** What came of a write; `since`: when the request was sent that did it. */
type Outcome =
  | { readonly kind: 'written'; readonly resourceVersion: string; readonly since: Instant }
  | { readonly kind: 'unchanged' | 'failed' };

/** The locks were written: by which version of the last of them, and from when on others have seen all of them held. */
export interface Held {
  readonly resourceVersion: string;
  readonly since: Instant;
}

const succeeding = 'requests succeed again';
// Gives no right at all.
const longAgo: Instant = { monotonic: -Infinity, wall: -Infinity };

/** The requests of a candidate: what comes of each says when the next may be made. */
export class LockRequests {
  readonly #contestDelay: ContestDelay;
  readonly #options: LockRequestsOptions;
  readonly #outcomes: ModeLog;
  #mustRead = false;
  /** What the last write that met a conflict was conditional on. */
  #conflicted: Snapshot | null = null;
  #hasWritten = false;
  #isWriting = false;
  /** For each lock the version that this candidate gave it last, and when that was sent. */
  readonly #own = new Map<ObservedLock, Held>();
  #heldAt = -Infinity;
  #wasUnchanged = false;
  /** When what the last successful write brought about was sent. */
  #heldSince: Instant = longAgo;
  #triedAt = -Infinity;
  #retryAt = -Infinity;

  constructor(options: LockRequestsOptions) {
    this.#options = options;
    this.#outcomes = new ModeLog({ ...options, initially: succeeding });
    this.#contestDelay = new ContestDelay(options.random);
  }

  /** Whether a write met a conflict: read before deciding again (rule 1). */
  get mustRead(): boolean {
    return this.#mustRead;
  }

  /** Whether a write of this process has succeeded, or may just have: a watch can show it before its answer is here. */
  get hasWritten(): boolean {
    return this.#hasWritten || this.#isWriting;
  }

  /** Monotonic time at which the locks were last written as held; -Infinity where this process has not done so. */
  get heldAt(): number {
    return this.#heldAt;
  }

  /** Whether that left one of them as it was. */
  get wasUnchanged(): boolean {
    return this.#wasUnchanged;
  }

  /** Monotonic time at which what the last successful write brought about was sent; -Infinity where none was. */
  get heldSince(): number {
    return this.#heldSince.monotonic;
  }

  /** Whether the locks were written as held so short a while ago that nobody else can have acquired them since (rules 2, 4). */
  hasHeldWithin(ms: number): boolean {
    return longestElapsed(this.#options.clock, this.#heldSince) < ms;
  }

  /** Monotonic time at which the last request that failed was made. */
  get triedAt(): number {
    return this.#triedAt;
  }

  /** Monotonic time before which a failed request is not made again. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** How long to wait before a free lock is contested, in milliseconds. */
  get contestDelayMs(): number {
    return this.#contestDelay.ms;
  }

  /** A term has begun. */
  wonContest(): void {
    this.#contestDelay.won();
  }

  /** Reads the locks that this candidate writes, after a conflict. Never rejects. */
  async readAgain(locks: { refresh(): Promise<void> }): Promise<void> {
    if (await this.read(locks)) this.#mustRead = false;
  }

  /** Reads; returns whether that succeeded. Never rejects. */
  async read(lock: { refresh(): Promise<void> }): Promise<boolean> {
    const startedAt = this.#options.clock.monotonic();
    try {
      await lock.refresh();
      this.#succeeded();
      return true;
    } catch (error) {
      this.#failed(error, startedAt);
      return false;
    }
  }

  /**
   * Writes that this candidate holds the locks, each in the state that it is in now (rule 1); none after one that failed. Returns null
   * where that gives no right: one of them failed, or the last changed nothing. That the first of two changed nothing
   * means that it was written within this second already: then others have seen it held since that. Never rejects.
   */
  async hold(snapshots: readonly Snapshot[], purpose: 'acquire' | 'renew'): Promise<Held | null> {
    const { clock, holder } = this.#options;
    const { identity, uid, leaseDuration } = holder;
    const holdsBoth = this.#options.holdsBoth && snapshots.length > 1;
    const startedAt = now(clock);
    let held: Held | null = null;
    let since: Instant | null = null;
    let wasUnchanged = false;
    for (const snapshot of snapshots) {
      const heldBefore = snapshot.lock.isHeldBy(identity, uid);
      const next = { identity, leaseDuration, heldBefore };
      const record = heldRecord(snapshot.lock.record, next, new Date(startedAt.wall));
      const outcome = await this.#write(purpose, snapshot, {
        record,
        holderUid: uid,
        holdsBoth,
        release: null,
      });
      if (outcome.kind === 'failed') return null;
      if (outcome.kind === 'written') {
        const { resourceVersion } = outcome;
        since ??= outcome.since;
        held = { resourceVersion, since };
        this.#own.set(snapshot.lock, { resourceVersion, since: outcome.since });
        continue;
      }
      held = null;
      since = this.#ownSince(snapshot) ?? longAgo;
      wasUnchanged = true;
    }
    this.#heldAt = startedAt.monotonic;
    this.#wasUnchanged = wasUnchanged;
    if (held !== null) this.#heldSince = held.since;
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
    const { clock, holder } = this.#options;
    const record = restoredRecord(lock.record, holder.leaseDuration, new Date(clock.wall()));
    const write = { record, holderUid: null, holdsBoth: false, release: null };
    return (await this.#write('restore', { lock, object: null }, write)).kind === 'written';
  }

  /**
   * Lets the locks go, one after the other, each if it is as it was when that was decided (rules 1, 6). Returns whether all writes
   * succeeded. Never rejects.
   */
  async release(snapshots: readonly Snapshot[], release: Release): Promise<boolean> {
    for (const snapshot of snapshots) {
      const record = releasedRecord(snapshot.lock.record, new Date(this.#options.clock.wall()));
      const write = { record, holderUid: null, holdsBoth: false, release };
      if ((await this.#write('release', snapshot, write)).kind !== 'written') return false;
    }
    this.#options.log.info('released the lock');
    return true;
  }

  /** One conditional write (rule 1). Never rejects. */
  async #write(purpose: WriteReport['purpose'], snapshot: Snapshot, write: LockWrite): Promise<Outcome> {
    const { clock, onWrite } = this.#options;
    const startedAt = clock.monotonic();
    const report = (outcome: WriteReport['outcome']) =>
      onWrite({ purpose, outcome, durationMs: clock.monotonic() - startedAt });
    this.#isWriting = true;
    try {
      const { written, sentAt } = await this.#attempts(snapshot, write);
      snapshot.lock.acceptOwn(written);
      // Whatever takes the record away each time is not met in a tight loop.
      if (snapshot.lock.hasVanished) this.#retryAt = startedAt + this.#options.retryPeriodMs;
      this.#succeeded();
      this.#hasWritten = true;
      const { resourceVersion } = written;
      // Rule 4: nobody else has seen a write that changed nothing.
      const isUnchanged = resourceVersion === snapshot.object?.resourceVersion;
      report(isUnchanged ? 'unchanged' : 'written');
      return isUnchanged ? { kind: 'unchanged' } : { kind: 'written', resourceVersion, since: sentAt };
    } catch (error) {
      const conflict = error instanceof ConflictError;
      report(conflict ? 'conflict' : 'failed');
      if (conflict) this.#onConflict(purpose, snapshot, startedAt);
      else this.#failed(error, startedAt);
      return { kind: 'failed' };
    } finally {
      this.#isWriting = false;
    }
  }

  /**
   * The same write, once or several times beside itself. All have one condition, so that one of them succeeds at the most; the right
   * counts from when that one was sent (rule 4).
   */
  async #attempts(
    { lock, object }: Snapshot,
    write: LockWrite,
  ): Promise<{ written: LockObject; sentAt: Instant }> {
    const { clock, retryPeriodMs } = this.#options;
    let isAwaited = true;
    const send = async () => {
      const sentAt = now(clock);
      const written = await (object === null ? lock.lock.create(write) : lock.lock.update(object, write));
      // What nobody waits for any more gives no right, and is news of the lock like any other.
      if (!isAwaited) lock.accept({ type: 'changed', object: written });
      return { written, sentAt };
    };
    // A conflict may come from an attempt of our own, whose answer may still be on its way; or it is lost.
    const patienceMs = async (error: Error) => {
      if (!(error instanceof ConflictError)) return retryPeriodMs;
      await lock.refresh().catch(() => {});
      return isWrittenAs(lock.object ?? null, write) ? retryPeriodMs : 0;
    };
    try {
      return await attempt(send, { clock, retryPeriodMs, patienceMs });
    } finally {
      isAwaited = false;
    }
  }

  #onConflict(purpose: WriteReport['purpose'], snapshot: Snapshot, startedAt: number): void {
    if (purpose === 'acquire') this.#contestDelay.lost();
    // A conflict with nothing to be seen of it is not met in a tight loop.
    const isUnexplained =
      this.#conflicted?.lock === snapshot.lock &&
      this.#conflicted.object?.resourceVersion === snapshot.object?.resourceVersion;
    if (isUnexplained) this.#retryAt = startedAt + this.#options.retryPeriodMs;
    this.#conflicted = snapshot;
    this.#mustRead = true;
  }

  #succeeded(): void {
    this.#options.failures.succeeded(this);
    this.#outcomes.is('info', succeeding);
  }

  /** A server that asks for a pause gets it, for no longer than a lease: nobody leads meanwhile. */
  #failed(error: unknown, startedAt: number): void {
    const { clock, retryPeriodMs, leaseDurationMs } = this.#options;
    const pauseMs = error instanceof ThrottledError ? Math.min(error.retryAfterMs, leaseDurationMs) : 0;
    this.#triedAt = startedAt;
    this.#retryAt = Math.max(startedAt + retryPeriodMs, clock.monotonic() + pauseMs);
    this.#outcomes.is('warn', 'a request failed', { error: textOf(error) });
    this.#options.failures.failed(this, error);
  }
}
