import { EventEmitter } from 'node:events';
import { systemClock, type Clock } from '../../../base/clock.ts';
import { electionChanges } from './election-changes.ts';
import type { ElectionStatus, LeaderElectorEvents } from './election-status.ts';
import {
  durationsOf,
  identityOf,
  type Durations,
  type Identity,
  type LeaderElectionConfig,
} from './leader-election-config.ts';
import { LeaderNotices } from './leader-notices.ts';
import { LeadingWork } from './leading-work.ts';
import { LockRequests } from './lock-requests.ts';
import { silentLog, type Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import { locksOf } from './multi-lock.ts';
import { ObservedLock } from './observed-lock.ts';
import { ObservedLocks, type Snapshot } from './observed-locks.ts';
import { reliableLog, tellObserver } from './observer.ts';
import { OtherLock } from './other-lock.ts';
import { Reflector } from './reflector.ts';
import { NotLeadingError, UnconfirmedReleaseError } from './resign-error.ts';
import { Right } from './right.ts';
import { StandingAside } from './standing-aside.ts';
import { Wakeup } from './wakeup.ts';

type Request = 'read' | 'read other' | 'acquire or renew' | 'restore' | 'drain' | 'release';
type Step = { readonly kind: Request | 'end' } | { readonly kind: 'sleep'; readonly until: number };

const ownLocks = 'the lock is an object of its own';
// With the longest leases a request may take hours; nobody who resigns waits that long for an answer.
const longestResignMs = 10_000;

/**
 * A candidate in an election. One loop decides, from what was observed of the lock (or of both locks of a MultiLock) and from the
 * clock, what to do next: read, acquire, renew, release or sleep; every decision is taken anew after each step.
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
  readonly #locks: ObservedLocks;
  readonly #reflectors: readonly Reflector[];
  readonly #otherLock: OtherLock | null;
  readonly #requests: LockRequests;
  readonly #right: Right;
  readonly #work: LeadingWork;
  readonly #aside: StandingAside;
  readonly #notices: LeaderNotices;
  /** Whether some lock is somebody else's object. */
  readonly #foreignness: ModeLog;
  readonly #wakeup: Wakeup;

  #run: 'before' | 'running' | 'stopping' | 'ended' = 'before';
  #workError: Error | null = null;

  /** @throws RangeError for durations that cannot be safe, or an empty identity */
  constructor(config: LeaderElectionConfig) {
    super();
    this.#config = { ...config, ...identityOf(config) };
    this.#durations = durationsOf(config);
    this.#clock = config.clock ?? systemClock;
    const random = config.random ?? Math.random;
    this.#log = reliableLog(config.log ?? silentLog);
    this.#wakeup = new Wakeup(this.#clock);
    const { leaseDurationMs, retryPeriodMs, drainTimeoutMs } = this.#durations;
    const [clock, log] = [this.#clock, this.#log];
    const onChange = () => this.#onLockChange();
    this.#locks = new ObservedLocks(
      locksOf(config.lock).map(
        (lock) => new ObservedLock(lock, { clock, leaseDurationMs, retryPeriodMs, onChange }),
      ),
      this.#config,
    );
    this.#reflectors = this.#locks.all.map(
      (lock) => new Reflector(lock, { clock, random, log, retryPeriodMs }),
    );
    this.#otherLock = config.otherLock
      ? new OtherLock(config.otherLock, {
          clock,
          random,
          log,
          leaseDurationMs,
          retryPeriodMs,
          own: this.#locks,
        })
      : null;
    this.#requests = new LockRequests({
      clock,
      random,
      log,
      holder: this.#config,
      holdsBoth: this.#locks.all.length > 1,
      leaseDurationMs,
      retryPeriodMs,
      onWrite: (report) => this.#tell('write', report),
    });
    this.#right = new Right(this.#clock, this.#durations.renewDeadlineMs, (because) =>
      this.#onTermEnd(because),
    );
    this.#work = new LeadingWork({
      clock,
      drainTimeoutMs,
      onStartedLeading: config.onStartedLeading,
      onSettled: (error) => this.#onWorkSettled(error),
    });
    this.#aside = new StandingAside(this.#clock, this.#log);
    this.#foreignness = new ModeLog({ clock, log, initially: ownLocks });
    this.#notices = new LeaderNotices({
      clock,
      log,
      leader: () => (this.hasRight ? this.identity : this.#foreignLeader()),
      validForMs: () => this.#right.remainingMs() || this.#locks.nameValidForMs,
      onNewLeader: (leader) => tellObserver(log, 'onNewLeader', () => config.onNewLeader?.(leader)),
      onChange: () => {
        this.#wakeup.notify();
        this.#tell('change');
      },
    });
  }

  /**
   * Takes part until `signal` aborts, and then until `onStartedLeading` has settled and the lock has been released, or must not be
   * (rule 6). May be called once.
   * @throws Error that says what is missing where the lock cannot be connected, or what `onStartedLeading` threw
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#run !== 'before') throw new Error('run() was called before; make a new LeaderElector');
    this.#run = 'running';
    const locks = [
      ...locksOf(this.#config.lock),
      ...(this.#config.otherLock ? [this.#config.otherLock] : []),
    ];
    try {
      for (const lock of locks) await lock.connect?.(this.#durations.renewDeadlineMs);
      await this.#takePart(signal);
    } finally {
      this.#run = 'ended';
      this.#notices.end();
      for (const lock of locks) lock.close?.();
      this.#tell('change');
    }
    if (this.#workError !== null) throw this.#workError;
  }

  async #takePart(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop('stopping');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const reflecting = new AbortController();
    const reflected = Promise.all(this.#reflectors.map((reflector) => reflector.run(reflecting.signal)));
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
    return this.#locks.areObserved;
  }

  /** Why this candidate cannot be relied upon yet, or does not stand though nobody told it so; null where all is well. */
  get notReadyBecause(): string | null {
    if (!this.hasObserved) return 'the lock is not observed yet';
    const { foreignBecause } = this.#locks;
    if (foreignBecause !== null) return foreignBecause;
    return this.#isBarred ? (this.#otherLock?.obstacle ?? null) : null;
  }

  /** Whether this candidate leads at this moment. Computed, never remembered: ask right before acting (rule 5). */
  isLeader(): boolean {
    return this.#right.grant() !== null;
  }

  /** As `isLeader()`, for those who look on and never act on it, such as metrics: a release does not wait for them (rule 6). */
  get hasRight(): boolean {
    return this.#right.remainingMs() > 0;
  }

  /** How often the lock went from one holder to another, as last seen. */
  get leaderTransitions(): number {
    return this.#locks.leaderTransitions;
  }

  /** Who leads, at this moment. */
  status(): ElectionStatus {
    const grant = this.#right.grant();
    return {
      name: grant === null ? this.#foreignLeader() : this.#config.identity,
      isLeader: grant !== null,
      leaderTransitions: this.leaderTransitions,
      fencingToken: grant?.fencingToken ?? null,
      validForMs: grant?.validForMs ?? 0,
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
    this.#right.forgetGrants();
    this.#work.vouchFor();
    this.#wakeup.notify();
    const released = await this.#seesHandoverWithin(
      Math.min(2 * this.#durations.retryPeriodMs, longestResignMs),
    );
    this.#tell('resign', { outcome: released ? 'released' : 'unconfirmed' });
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
        await this.#requests.readAgain(this.#locks);
        break;
      case 'read other':
        if (this.#otherLock !== null) await this.#requests.read(this.#otherLock);
        break;
      case 'acquire or renew':
        await this.#acquireOrRenew();
        break;
      case 'drain':
        await this.#requests.hold(this.#kept, 'renew');
        break;
      case 'restore':
        if (this.#locks.gone && (await this.#requests.restore(this.#locks.gone))) this.#notices.changed();
        break;
      case 'release':
        if (await this.#requests.release(this.#releasable)) this.#notices.changed();
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
    if (this.#stands && !this.#isBarred) return this.#decideToLead();
    if (this.#isDraining) return this.#decideToDrain();
    const release = this.#decideToRelease();
    return release?.kind === 'sleep' ? this.#decideWhileGranted(release) : (release ?? this.#decideToWait());
  }

  /** Until what was granted has run out, and the lock is released, the reason not to stand may go: then this candidate leads on. */
  #decideWhileGranted(release: Extract<Step, { kind: 'sleep' }>): Step {
    if (this.#run === 'stopping') return release;
    const wait = this.#decideToWait();
    return wait.kind !== 'sleep' || wait.until < release.until ? wait : release;
  }

  #decideToLead(): Step {
    if (!this.hasObserved) return { kind: 'sleep', until: Infinity };
    if (this.#requests.mustRead) return this.#when(-Infinity, 'read');
    const { gone } = this.#locks;
    if (gone !== undefined && !this.hasRight) {
      return this.#when(gone.goneSince + this.#durations.retryPeriodMs, 'restore');
    }
    return this.#when(this.#writeAt, 'acquire or renew');
  }

  /** Rule 6: the answer is "no" already, and the lock is kept for as long as what a leader does may go on. */
  #decideToDrain(): Step {
    const { drainsUntil } = this.#work;
    if (this.#kept.length === 0) return { kind: 'sleep', until: drainsUntil };
    const hasVanished = this.#kept.some(({ lock }) => lock.hasVanished);
    const renewAt = hasVanished ? -Infinity : this.#requests.renewAt(this.#durations.renewPeriodMs);
    const step = this.#when(renewAt, this.#requests.mustRead ? 'read' : 'drain');
    return step.kind === 'sleep' ? { kind: 'sleep', until: Math.min(step.until, drainsUntil) } : step;
  }

  /** What a candidate that drains keeps: as a leader does (rule 3), all that it held a moment ago, although it has vanished since. */
  get #kept(): readonly Snapshot[] {
    const keepsAll = this.#locks.areMine && this.#requests.hasHeldWithin(this.#durations.renewDeadlineMs);
    return keepsAll ? this.#locks.snapshot() : this.#locks.mine;
  }

  /** Rule 6: the answer is "no" already; what is held is released once nobody can act on an earlier "yes". */
  #decideToRelease(): Step | null {
    const mayRelease = this.#config.releaseOnCancel !== false || this.#aside.hasResigned;
    if (!mayRelease || this.#releasable.length === 0) return null;
    const releasableAt = this.#nobodyActs() ? -Infinity : this.#right.grantedUntil;
    return this.#when(releasableAt, this.#requests.mustRead ? 'read' : 'release');
  }

  #decideToWait(): Step {
    if (this.#run === 'stopping') return { kind: 'end' };
    if (this.#otherLock === null || !this.#isBarred) return { kind: 'sleep', until: this.#aside.endsAt };
    return this.#when(this.#otherLock.readAgainAt, 'read other');
  }

  /** Does it at `time`, or when a failed request may be made again. */
  #when(time: number, kind: Request): Step {
    const until = Math.max(time, this.#retryAt);
    return until <= this.#clock.monotonic() ? { kind } : { kind: 'sleep', until };
  }

  /**
   * Who keeps the lock, and was asked to wait for too long for that, tries once more before it is too late: a leader before its right ends,
   * who drains before others may take the lock.
   */
  get #retryAt(): number {
    const { retryAt, triedAt, heldSince } = this.#requests;
    if (!this.hasRight && !this.#isDraining) return retryAt;
    const { renewDeadlineMs, leaseDurationMs, retryPeriodMs } = this.#durations;
    const lastTryAt = heldSince + (this.hasRight ? renewDeadlineMs : leaseDurationMs) - retryPeriodMs;
    return triedAt < lastTryAt ? Math.min(retryAt, lastTryAt) : retryAt;
  }

  /** The monotonic time of the next write. */
  get #writeAt(): number {
    // Rule 3: who holds the lock at this moment may write it again at once; nobody else can have acquired it.
    if (this.hasRight && this.#locks.hasAnyVanished) return -Infinity;
    const { availableAt } = this.#locks;
    const { renewPeriodMs, retryPeriodMs } = this.#durations;
    return this.#locks.areMine
      ? Math.max(availableAt, this.#requests.renewAt(this.hasRight ? renewPeriodMs : retryPeriodMs))
      : availableAt + this.#requests.contestDelay.ms;
  }

  async #acquireOrRenew(): Promise<void> {
    const purpose = this.#locks.areMine ? 'renew' : 'acquire';
    const held = await this.#requests.hold(this.#locks.snapshot(), purpose);
    if (held === null) {
      this.#inheritGrants();
      return;
    }
    const { resourceVersion, since } = held;
    const renews =
      (await this.#mayLead()) && this.#right.renew(resourceVersion, since, !this.#work.isPending);
    if (renews) this.#onTermBegin();
    if (this.#work.isPending) this.#right.grant(); // to onStartedLeading, which works on unasked
    this.#notices.changed();
  }

  /**
   * Whether what was just written gives the right. Who uses the other lock alone is looked for after the write, before a term begins; and
   * again after each renewal of its first lease.
   */
  async #mayLead(): Promise<boolean> {
    const other = this.#otherLock;
    if (other !== null && this.#isNewLeader) {
      const isKnown = await this.#requests.read(other);
      if (other.isLive) this.#right.end(other.obstacle);
      if (!this.hasRight && (other.isLive || !isKnown)) return false;
    }
    return this.#stands && this.#locks.areMine && this.#locks.availableAt <= this.#clock.monotonic();
  }

  get #isNewLeader(): boolean {
    const { term } = this.#right;
    return term === null || term.beganAt + this.#durations.leaseDurationMs > this.#clock.monotonic();
  }

  #onTermBegin(): void {
    this.#requests.contestDelay.won();
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
      tellObserver(this.#log, 'onStoppedLeading', () => this.#config.onStoppedLeading?.());
      this.#notices.changed();
    });
  }

  #stop(because: string): void {
    if (this.#run === 'running') this.#run = 'stopping';
    this.#right.end(because);
    this.#wakeup.notify();
  }

  #onLockChange(): void {
    if (!this.#locks.areMine)
      this.#right.end(`the lock is held by ${this.#foreignLeader() || 'somebody else'}`);
    this.#inheritGrants();
    this.#reportForeign();
    this.#notices.changed();
  }

  #reportForeign(): void {
    const because = this.#locks.foreignBecause;
    if (because === null) this.#foreignness.is('info', ownLocks);
    else this.#foreignness.is('error', 'does not stand', { because });
  }

  /** Rule 7: a holder of our name and uid that this process did not write is our earlier process, before a restart. */
  #inheritGrants(): void {
    if (!this.#requests.hasWritten && this.#locks.isAnyMine) this.#right.inheritGrants();
  }

  /** Whether the lock is seen to be released, or another's, within `ms`, before `run` ends. */
  #seesHandoverWithin(ms: number): Promise<boolean> {
    const isHandedOver = () =>
      this.#locks.all.every(({ record }) => record?.holderIdentity !== this.#config.identity);
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
    return this.#work.hasSettled || this.#hasAppEnded();
  }

  /** What cannot be told is not known. */
  #hasAppEnded(): boolean {
    let hasEnded = false;
    tellObserver(this.#log, 'hasAppEnded', () => (hasEnded = this.#config.hasAppEnded?.() === true));
    return hasEnded;
  }

  #tell<Event extends keyof LeaderElectorEvents>(event: Event, ...what: LeaderElectorEvents[Event]): void {
    for (const listener of this.rawListeners(event)) {
      tellObserver(
        this.#log,
        `a listener of "${event}"`,
        () => Reflect.apply(listener, this, what) as unknown,
      );
    }
  }

  get #stands(): boolean {
    return this.#run === 'running' && !this.#aside.isAside && !this.#isWorkLeftOver;
  }

  /** A term's `onStartedLeading` may still be at work after the term: no new term begins beside it. */
  get #isWorkLeftOver(): boolean {
    return this.#work.isPending && this.#right.term === null;
  }

  /** Its term is over, and what it did as leader may go on. */
  get #isDraining(): boolean {
    return !this.hasRight && this.#work.drainsUntil > this.#clock.monotonic();
  }

  /** Whether somebody may lead by the lock that this candidate does not use. */
  get #isBarred(): boolean {
    return !this.hasRight && this.#otherLock?.isLive === true;
  }

  get #releasable(): readonly Snapshot[] {
    return this.#locks.releasable(this.#clock.monotonic());
  }

  /** Rule 7: a holder of our own name is not us, but whoever is told that name would think so. */
  #foreignLeader(): string {
    const name = this.#locks.holderName;
    return name === this.#config.identity ? '' : name;
  }
}
