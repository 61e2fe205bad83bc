import { EventEmitter } from 'node:events';
import { now, systemClock, type Clock, type Instant } from './clock.ts';
import { ContestDelay } from './contest-delay.ts';
import { electionChanges } from './election-changes.ts';
import type { ElectionStatus, LeaderElectorEvents, WriteReport } from './election-status.ts';
import {
  durationsOf,
  identityOf,
  type Durations,
  type Identity,
  type LeaderElectionConfig,
} from './leader-election-config.ts';
import type { LeaderElectionRecord } from './leader-election-record.ts';
import { LeadingWork } from './leading-work.ts';
import { silentLog, type Log } from './log.ts';
import { heldRecord, releasedRecord, restoredRecord } from './next-record.ts';
import { ObservedLock } from './observed-lock.ts';
import { Reflector } from './reflector.ts';
import { NotLeadingError, UnconfirmedReleaseError } from './resign-error.ts';
import { ConflictError, ThrottledError } from './resource-lock.ts';
import { Right } from './right.ts';
import { StandingAside } from './standing-aside.ts';
import { Wakeup } from './wakeup.ts';

type Step =
  | { readonly kind: 'read' | 'acquire' | 'renew' | 'restore' | 'release' | 'end' }
  | { readonly kind: 'sleep'; readonly until: number };

// Times in an annotation have whole seconds.
const recordResolutionMs = 1000;
// With the longest leases a request may take hours; nobody who resigns waits that long for an answer.
const longestResignMs = 10_000;

/**
 * A candidate in an election. One loop decides, from what was observed of the lock and from the clock, what to do next:
 * read, acquire, renew, release or sleep; every decision is taken anew after each step.
 *
 * It is safe by the nine rules of docs/safety.md. In short: only a conditional write gives the right to lead, from the
 * moment it was sent and for a third less than the others wait before they take the lock; whether the right still holds is
 * computed when asked.
 */
export class LeaderElector extends EventEmitter<LeaderElectorEvents> {
  readonly #config: LeaderElectionConfig & Identity;
  readonly #durations: Durations;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lock: ObservedLock;
  readonly #reflector: Reflector;
  readonly #right: Right;
  readonly #work: LeadingWork;
  readonly #aside: StandingAside;
  readonly #contestDelay: ContestDelay;
  readonly #wakeup: Wakeup;

  #run: 'before' | 'running' | 'stopping' | 'ended' = 'before';
  #workError: Error | null = null;
  /** A write met a conflict: read before deciding again (rule 1). */
  #mustRead = false;
  /** Nothing has changed since a write met a conflict. */
  #mustSeeChange = false;
  #hasWritten = false;
  /** Monotonic time of the next renewal; at once after a restart, when this process has written nothing yet (rule 7). */
  #renewAt = -Infinity;
  /** Monotonic time before which a failed request is not made again. */
  #retryAt = -Infinity;
  #namedLeader = '';
  #reportedFailure = '';
  #cancelLapse: () => void = () => {};

  /** @throws RangeError for durations that cannot be safe, or an empty identity */
  constructor(config: LeaderElectionConfig) {
    super();
    this.#config = { ...config, ...identityOf(config) };
    this.#durations = durationsOf(config);
    this.#clock = config.clock ?? systemClock;
    const random = config.random ?? Math.random;
    this.#log = config.log ?? silentLog;
    this.#wakeup = new Wakeup(this.#clock);
    this.#lock = new ObservedLock(config.lock, this.#clock, this.#durations.leaseDurationMs, () =>
      this.#onLockChange(),
    );
    this.#reflector = new Reflector(this.#lock, {
      clock: this.#clock,
      random,
      log: this.#log,
      retryPeriodMs: this.#durations.retryPeriodMs,
    });
    this.#right = new Right(this.#clock, this.#durations.renewDeadlineMs, (because) =>
      this.#onTermEnd(because),
    );
    this.#work = new LeadingWork(config.onStartedLeading, (error) => this.#onWorkSettled(error));
    this.#aside = new StandingAside(this.#clock, this.#log);
    this.#contestDelay = new ContestDelay(random);
  }

  /**
   * Takes part until `signal` aborts, and then until the lock has been released or must not be (rule 6). May be called once.
   * @throws Error that says what is missing where the lock cannot be connected, or what `onStartedLeading` threw
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#run !== 'before') throw new Error('run() was called before; make a new LeaderElector');
    this.#run = 'running';
    const { lock } = this.#config;
    try {
      await lock.connect?.(this.#durations.retryPeriodMs);
      await this.#takePart(signal);
    } finally {
      this.#run = 'ended';
      this.#cancelLapse();
      lock.close?.();
      this.emit('change');
    }
    if (this.#workError !== null) throw this.#workError;
  }

  async #takePart(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop('stopping');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const reflecting = new AbortController();
    const reflected = this.#reflector.run(reflecting.signal);
    try {
      while (await this.#step());
    } finally {
      signal.removeEventListener('abort', stop);
      this.#right.end('stopped');
      reflecting.abort();
      await reflected;
    }
  }

  /** This candidate's name in the election. */
  get identity(): string {
    return this.#config.identity;
  }

  /** Whether `run` has come to its end. */
  get hasStopped(): boolean {
    return this.#run === 'ended';
  }

  /** Whether the lock has been observed: before that, nothing is known of the election. */
  get hasObserved(): boolean {
    return this.#lock.object !== undefined;
  }

  /** Whether this candidate leads at this moment. Computed, never remembered: ask right before acting (rule 5). */
  isLeader(): boolean {
    return this.#right.promise() > 0;
  }

  /** As `isLeader()`, for those who look on and never act on it, such as metrics: a release does not wait for them (rule 6). */
  get hasRight(): boolean {
    return this.#right.remainingMs() > 0;
  }

  /** How often the lock went from one holder to another, as last seen. */
  get leaderTransitions(): number {
    return this.#lock.record?.leaderTransitions ?? 0;
  }

  /** Who leads, at this moment. */
  status(): ElectionStatus {
    const validForMs = Math.floor(this.#right.promise());
    const isLeader = validForMs > 0;
    return {
      name: isLeader ? this.#config.identity : this.#foreignLeader(),
      isLeader,
      leaderTransitions: this.leaderTransitions,
      fencingToken: isLeader ? (this.#right.term?.fencingToken ?? null) : null,
      validForMs,
    };
  }

  /**
   * Who leads, to be read with `for await`: the status now, and again whenever another name, term or count of transitions is to be
   * told; renewals alone are not. A slow reader misses what is past, never what is. Ends with how things stood when `run` ended, or
   * when `signal` aborts. What is read may be acted upon as an answer of `status()` may: for its `validForMs`.
   */
  changes(signal?: AbortSignal): AsyncGenerator<ElectionStatus, void, void> {
    return electionChanges(this, signal);
  }

  /** Does not stand until `stand()` is called; a leader stops leading at once and releases the lock by rule 6. */
  standAside(because: string): void {
    this.#aside.tell(because);
    this.#right.end(because);
    this.#wakeup.notify();
  }

  /** Ends what `standAside()` began. */
  stand(): void {
    this.#aside.stand();
    this.#wakeup.notify();
  }

  /**
   * Hands the lock over now: `isLeader()` is false from here on, and the lock is released without waiting for anybody. **The
   * caller vouches** that nobody acts on an earlier "yes" of this candidate any more, `onStartedLeading` included (rule 6). The
   * candidate does not stand for one leaseDuration from now, then stands again by itself, once `onStartedLeading`'s promise has settled.
   *
   * Resolves when the lock was seen to be released, or held by another; that takes one write, unless the API server is away.
   * @throws NotLeadingError at once where this candidate does not lead (any more); nothing has changed then
   * @throws UnconfirmedReleaseError after two retryPeriods, at most 10 s, or when `run` ends before; the "no" stays, and the
   * release goes on being tried
   */
  async resign(): Promise<void> {
    const { identity } = this.#config;
    if (!this.hasRight) throw new NotLeadingError(identity);
    this.#aside.resign(this.#durations.leaseDurationMs);
    this.#right.end('resigned');
    this.#right.forgetPromise();
    this.#wakeup.notify();
    const released = await this.#seesHandoverWithin(
      Math.min(2 * this.#durations.retryPeriodMs, longestResignMs),
    );
    this.emit('resign', { outcome: released ? 'released' : 'unconfirmed' });
    if (!released) throw new UnconfirmedReleaseError(identity);
  }

  /** Decides anew: `hasAppEnded()` may have another answer now. */
  reconsider(): void {
    this.#wakeup.notify();
  }

  async #step(): Promise<boolean> {
    const step = this.#decide();
    switch (step.kind) {
      case 'read':
        await this.#read();
        break;
      case 'acquire':
      case 'renew':
        await this.#acquireOrRenew(step.kind);
        break;
      case 'restore':
        await this.#restore();
        break;
      case 'release':
        await this.#release();
        break;
      case 'sleep':
        await this.#wakeup.sleepUntil(step.until);
        break;
      case 'end':
        return false;
    }
    return true;
  }

  #decide(): Step {
    if (!this.#stands) return this.#decideToLeave();
    if (!this.hasObserved) return { kind: 'sleep', until: Infinity };
    if (this.#mustRead) return this.#when(this.#retryAt, 'read');
    const { goneSince } = this.#lock;
    if (goneSince !== null && !this.hasRight) {
      return this.#when(Math.max(this.#retryAt, goneSince + this.#durations.retryPeriodMs), 'restore');
    }
    const mine = this.#isMine;
    return this.#when(Math.max(this.#retryAt, this.#writeAt(mine)), mine ? 'renew' : 'acquire');
  }

  /** Rule 6: the answer is "no" already; the lock is released once nobody can act on an earlier "yes". */
  #decideToLeave(): Step {
    const nothingToRelease =
      !this.#isMine || this.#lock.hasVanished || this.#lock.freeAt <= this.#clock.monotonic();
    const mayRelease = this.#config.releaseOnCancel !== false || this.#aside.hasResigned;
    if (nothingToRelease || !mayRelease) {
      return this.#run === 'stopping' ? { kind: 'end' } : { kind: 'sleep', until: this.#aside.endsAt };
    }
    const releasableAt = Math.max(this.#retryAt, this.#nobodyActs() ? -Infinity : this.#right.promisedUntil);
    return this.#when(releasableAt, this.#mustRead ? 'read' : 'release');
  }

  #when(time: number, kind: 'read' | 'acquire' | 'renew' | 'restore' | 'release'): Step {
    return time <= this.#clock.monotonic() ? { kind } : { kind: 'sleep', until: time };
  }

  /** The monotonic time of the next write. */
  #writeAt(mine: boolean): number {
    // Rule 3: who holds the lock at this moment may write it again at once; nobody else can have acquired it.
    if (mine && this.#lock.hasVanished) return this.hasRight ? -Infinity : this.#lock.freeAt;
    if (mine) return this.#renewAt;
    return this.#lock.freeAt + this.#contestDelay.ms; // rules 2 and 3
  }

  async #read(): Promise<void> {
    const sentAt = this.#clock.monotonic();
    try {
      await this.#lock.refresh();
      this.#mustRead = false;
      this.#requestSucceeded();
    } catch (error) {
      this.#requestFailed(error, sentAt);
    }
  }

  async #acquireOrRenew(purpose: 'acquire' | 'renew'): Promise<void> {
    const sentAt = now(this.#clock); // rule 4: the right counts from the moment of sending
    const { identity, uid, leaseDuration } = this.#config;
    const holder = { identity, leaseDuration, heldBefore: purpose === 'renew' };
    const record = heldRecord(this.#lock.record, holder, new Date(sentAt.wall));
    const resourceVersion = await this.#write(purpose, sentAt, record, uid);
    if (resourceVersion === null) return;
    if (this.#stands && this.#isMine && this.#right.renew(resourceVersion, sentAt)) this.#onTermBegin();
    if (this.#work.isPending) this.#right.promise(); // to onStartedLeading, which works on unasked
    this.#changed();
  }

  /**
   * Rule 3: an object that is not there has no version, so a create cannot tell whether it came back and went again meanwhile. A
   * candidate that has seen the lock puts it back, as held, and waits that out; its next write is conditional.
   */
  async #restore(): Promise<void> {
    const sentAt = now(this.#clock);
    const record = restoredRecord(this.#lock.record, this.#config.leaseDuration, new Date(sentAt.wall));
    const resourceVersion = await this.#write('restore', sentAt, record, null);
    if (resourceVersion !== null) this.#changed();
  }

  async #release(): Promise<void> {
    const sentAt = now(this.#clock);
    const record = releasedRecord(this.#lock.record, new Date(sentAt.wall));
    const resourceVersion = await this.#write('release', sentAt, record, null);
    if (resourceVersion === null) return;
    this.#log.info('released the lock');
    this.#changed();
  }

  /** One conditional write (rule 1). Returns the new resourceVersion, or null where it changed nothing or failed. */
  async #write(
    purpose: WriteReport['purpose'],
    sentAt: Instant,
    record: LeaderElectionRecord,
    holderUid: string | null,
  ): Promise<string | null> {
    const report = (outcome: WriteReport['outcome']) =>
      this.emit('write', { purpose, outcome, durationMs: this.#clock.monotonic() - sentAt.monotonic });
    this.#hasWritten = true;
    try {
      const resourceVersion = await this.#lock.write(this.#lock.object ?? null, { record, holderUid });
      this.#requestSucceeded();
      this.#mustSeeChange = false;
      report(resourceVersion === null ? 'unchanged' : 'written');
      this.#renewAt = sentAt.monotonic + this.#pauseAfter(resourceVersion);
      return resourceVersion;
    } catch (error) {
      const conflict = error instanceof ConflictError;
      report(conflict ? 'conflict' : 'failed');
      if (conflict) this.#onConflict(purpose, sentAt.monotonic);
      else this.#requestFailed(error, sentAt.monotonic);
      return null;
    }
  }

  /** How long after a write the next one is due. One that changed nothing was within the same second as the one before. */
  #pauseAfter(resourceVersion: string | null): number {
    const { retryPeriodMs } = this.#durations;
    return resourceVersion === null ? Math.min(recordResolutionMs, retryPeriodMs) : retryPeriodMs;
  }

  #onConflict(purpose: WriteReport['purpose'], sentAt: number): void {
    if (purpose === 'acquire') this.#contestDelay.lost();
    // A conflict with nothing to be seen of it is not met in a tight loop.
    if (this.#mustSeeChange) this.#retryAt = sentAt + this.#durations.retryPeriodMs;
    this.#mustSeeChange = true;
    this.#mustRead = true;
  }

  #onTermBegin(): void {
    this.#contestDelay.won();
    const { identity } = this.#config;
    this.#log.info('started leading', { identity, fencingToken: this.#right.term?.fencingToken ?? '' });
    void this.#work.begin();
  }

  #onWorkSettled(error: Error | null): void {
    if (error !== null) {
      this.#workError = error;
      this.#log.error('onStartedLeading failed', { error: error.message });
      this.#stop('onStartedLeading failed');
    }
    this.#wakeup.notify();
  }

  /** The answer is "no" already; the notices follow once whoever asked has it (rule 6, first step). */
  #onTermEnd(because: string): void {
    this.#log.info('stopped leading', { because });
    this.#work.end();
    queueMicrotask(() => {
      this.#config.onStoppedLeading?.();
      this.#changed();
    });
  }

  #stop(because: string): void {
    if (this.#run === 'running') this.#run = 'stopping';
    this.#right.end(because);
    this.#wakeup.notify();
  }

  #onLockChange(): void {
    this.#mustSeeChange = false;
    if (!this.#isMine) this.#right.end(`the lock is held by ${JSON.stringify(this.#lock.holderName)}`);
    else if (!this.#hasWritten) this.#right.inheritPromise(); // rule 7: this process was restarted
    this.#changed();
  }

  #changed(): void {
    const leader = this.hasRight ? this.#config.identity : this.#foreignLeader();
    if (leader !== this.#namedLeader && leader !== '') {
      this.#log.info('new leader', { leader });
      this.#config.onNewLeader?.(leader);
    }
    this.#namedLeader = leader;
    this.#wakeup.notify();
    this.#armLapse();
    this.emit('change');
  }

  /** Tells of changes that only time brings: a term that runs out (rule 5), a name that may no longer be given (rule 8). */
  #armLapse(): void {
    this.#cancelLapse();
    const lapsesInMs = this.#right.remainingMs() || this.#lock.nameValidForMs;
    if (lapsesInMs === 0 || this.#run === 'ended') return;
    this.#cancelLapse = this.#clock.after(lapsesInMs, () => this.#changed());
  }

  /** Whether the lock is seen to be released, or another's, within `ms`, before `run` ends. */
  #seesHandoverWithin(ms: number): Promise<boolean> {
    const isHandedOver = () => this.#lock.record?.holderIdentity !== this.#config.identity;
    return new Promise((resolve) => {
      const look = () => {
        if (isHandedOver() || this.hasStopped) finish();
      };
      const finish = () => {
        cancel();
        this.off('change', look);
        resolve(isHandedOver());
      };
      this.on('change', look);
      const cancel = this.#clock.after(ms, finish);
    });
  }

  #nobodyActs(): boolean {
    return this.#work.hasSettled || this.#config.hasAppEnded?.() === true;
  }

  get #stands(): boolean {
    return this.#run === 'running' && !this.#aside.isAside && !this.#isWorkLeftOver;
  }

  /** A term's `onStartedLeading` may still be at work after the term: no new term begins beside it. */
  get #isWorkLeftOver(): boolean {
    return this.#work.isPending && this.#right.term === null;
  }

  get #isMine(): boolean {
    return this.#lock.isHeldBy(this.#config.identity, this.#config.uid);
  }

  /** Rule 7: a holder of our own name is not us, but whoever is told that name would think so. */
  #foreignLeader(): string {
    const name = this.#lock.holderName;
    return name === this.#config.identity ? '' : name;
  }

  #requestSucceeded(): void {
    if (this.#reportedFailure !== '') this.#log.info('requests succeed again');
    this.#reportedFailure = '';
  }

  #requestFailed(error: unknown, sentAt: number): void {
    const pause = error instanceof ThrottledError ? error.retryAfterMs : 0;
    this.#retryAt = Math.max(sentAt + this.#durations.retryPeriodMs, this.#clock.monotonic() + pause);
    const { message } = toError(error);
    if (message !== this.#reportedFailure) this.#log.warn('a request failed', { error: message });
    this.#reportedFailure = message;
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
