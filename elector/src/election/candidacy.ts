import type { Clock } from '../../../base/clock.ts';
import type { Failures } from './failures.ts';
import type { Log } from '../../../base/log.ts';
import { ForeignLockLog } from './foreign-lock-log.ts';
import type { WriteReport } from './election-status.ts';
import type { Durations, Identity, LeaderElectionConfig } from './leader-election-config.ts';
import { LeadingWork } from './leading-work.ts';
import { LockRequests } from './lock-requests.ts';
import { locksOf } from './multi-lock.ts';
import { isBarred, isHeldUp, nextStep, stands, type View } from './next-step.ts';
import { ObservedLock } from './observed-lock.ts';
import { ObservedLocks, type Snapshot } from './observed-locks.ts';
import { tellObserver } from './observer.ts';
import { OtherLock } from './other-lock.ts';
import { Reflector } from './reflector.ts';
import { Right } from './right.ts';
import { StandingAside } from './standing-aside.ts';
import { Successor } from './successor.ts';
import { Terms } from './terms.ts';
import { Wakeup } from './wakeup.ts';

/** What a candidacy runs on, and whom it tells. */
export interface CandidacyOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly durations: Durations;
  readonly failures: Failures;
  /** Something that the others may ask for has changed. */
  readonly onChange: () => void;
  readonly onWrite: (report: WriteReport) => void;
  /** A term has ended; the answer is "no" already. */
  readonly onTermEnd: () => void;
}

/** The loop of a candidate: it looks, lets `nextStep` decide, carries that out, and looks again. */
export class Candidacy {
  /** What was observed of the locks that it must hold. */
  readonly locks: ObservedLocks;
  readonly right: Right;
  readonly work: LeadingWork;
  readonly #config: LeaderElectionConfig & Identity;
  readonly #options: CandidacyOptions;
  readonly #otherLock: OtherLock | null;
  readonly #requests: LockRequests;
  readonly #terms: Terms;
  readonly #aside: StandingAside;
  readonly #successor: Successor;
  readonly #foreignLock: ForeignLockLog;
  readonly #wakeup: Wakeup;
  #isStopping = false;
  #workError: Error | null = null;

  constructor(config: LeaderElectionConfig & Identity, options: CandidacyOptions) {
    const { clock, log, durations } = options;
    const surroundings = { ...options, ...durations };
    this.#config = config;
    this.#options = options;
    this.#wakeup = new Wakeup(clock);
    const observed = { ...surroundings, onChange: () => this.#onLockChange() };
    this.locks = new ObservedLocks(
      locksOf(config.lock).map((lock) => new ObservedLock(lock, observed)),
      config,
    );
    this.#otherLock = config.otherLock
      ? new OtherLock(config.otherLock, { ...surroundings, own: this.locks })
      : null;
    const holdsBoth = this.locks.all.length > 1;
    this.#requests = new LockRequests({ ...surroundings, holder: config, holdsBoth });
    this.#terms = new Terms(locksOf(config.lock), config.identity, options);
    this.right = new Right(clock, durations.renewDeadlineMs, (because) => this.#onTermEnd(because));
    this.work = new LeadingWork({
      ...surroundings,
      onStartedLeading: config.onStartedLeading,
      onSettled: (error) => this.#onWorkSettled(error),
    });
    this.#aside = new StandingAside(clock, log);
    this.#successor = new Successor(config.findSuccessor, config.identity, options);
    this.#foreignLock = new ForeignLockLog(options);
  }

  /**
   * Takes part until `signal` aborts, and then for as long as rule 6 demands.
   * @throws Error what `onStartedLeading` threw
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stop('stopping');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const reflecting = new AbortController();
    const surroundings = { ...this.#options, ...this.#options.durations };
    const reflect = (lock: ObservedLock) => new Reflector(lock, surroundings).run(reflecting.signal);
    const reflected = Promise.all(this.locks.all.map(reflect));
    try {
      while (await this.#step());
    } finally {
      signal.removeEventListener('abort', stop);
      this.right.end('stopped');
      reflecting.abort();
      await reflected;
      await this.#terms.recorded();
    }
    if (this.#workError !== null) throw this.#workError;
  }

  /** Why it does not stand, or in vain, though nobody told it so; null where it stands, or would. Who sees another lead tries nothing. */
  get obstacle(): string | null {
    const { foreignBecause } = this.locks;
    if (foreignBecause !== null) return foreignBecause;
    const refusal = this.locks.otherHolder === '' ? this.#options.failures.refusal : null;
    if (refusal !== null) return `the lock cannot be held: ${refusal.message}`;
    const view = this.#view();
    if (isHeldUp(view, this.#options.clock.monotonic())) return 'what it did in its last term has not ended';
    return isBarred(view) ? (this.#otherLock?.obstacle ?? null) : null;
  }

  /** Does not stand until `stand()`; see `LeaderElector.standAside()`. */
  standAside(because: string): void {
    this.#aside.tell(because);
    this.right.end(because);
    this.#wakeup.notify();
  }

  /** Ends what `standAside()` began. */
  stand(): void {
    this.#aside.stand();
    this.#wakeup.notify();
  }

  /** Hands the lock over without waiting for anybody; see `LeaderElector.resign()`. Returns false where it does not lead. */
  resign(): boolean {
    if (!this.#hasRight()) return false;
    this.#aside.resign(this.#options.durations.leaseDurationMs);
    this.right.end('resigned');
    this.right.forgetGrants();
    this.work.vouchFor();
    this.#wakeup.notify();
    return true;
  }

  /** Looks again now. */
  reconsider(): void {
    this.#wakeup.notify();
  }

  /** Returns whether another follows. */
  async #step(): Promise<boolean> {
    const now = this.#options.clock.monotonic();
    const step = nextStep(this.#view(), now);
    switch (step.kind) {
      case 'read':
        await this.#requests.readAgain(this.locks);
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
        if (this.locks.gone && (await this.#requests.restore(this.locks.gone))) this.#options.onChange();
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

  #view(): View {
    const kept = this.#kept;
    return {
      durations: this.#options.durations,
      isStopping: this.#isStopping,
      isAside: this.#aside.toldBecause !== null,
      resignedUntil: this.#aside.resignedUntil,
      hasRight: this.#hasRight(),
      grantedUntil: this.work.isPending ? this.right.renewedUntil : this.right.grantedUntil,
      nobodyActs: () => this.#nobodyActs(),
      isWorking: this.work.isPending,
      drainsUntil: this.work.drainsUntil,
      releasesOnCancel: this.#config.releaseOnCancel !== false,
      locks: this.locks,
      kept: kept.length === 0 ? 'none' : kept.some(({ lock }) => lock.hasVanished) ? 'vanished' : 'held',
      requests: this.#requests,
      otherLock: this.#otherLock,
    };
  }

  get #kept(): readonly Snapshot[] {
    return this.locks.kept(this.#requests.hasHeldWithin(this.#options.durations.renewDeadlineMs));
  }

  /** Rule 6. Where `hasAppEnded` throws it counts as no. */
  #nobodyActs(): boolean {
    if (this.work.hasSettled) return true;
    const { log } = this.#options;
    let hasAppEnded = false;
    tellObserver(log, 'hasAppEnded', () => (hasAppEnded = this.#config.hasAppEnded?.() === true));
    return hasAppEnded;
  }

  /** Rule 4: only this write gives the right, from when it was sent. */
  async #acquireOrRenew(): Promise<void> {
    const purpose = this.locks.areMine ? 'renew' : 'acquire';
    const held = await this.#requests.hold(this.locks.snapshot(), purpose);
    if (held === null) {
      this.#inheritGrants();
      return;
    }
    const { resourceVersion, since } = held;
    const mayLead = await this.#mayLead();
    if (mayLead && this.right.renew(resourceVersion, since, !this.work.isPending)) this.#onTermBegin();
    this.#options.onChange();
  }

  /**
   * Whether what was just written gives the right. Who uses the other lock alone is looked for after the write, before a term begins; and
   * again after each renewal of its first lease.
   */
  async #mayLead(): Promise<boolean> {
    const other = this.#otherLock;
    if (other !== null && this.#isBeforeFirstLeaseEnds()) {
      const isKnown = await this.#requests.read(other);
      if (other.isLive) this.right.end(other.obstacle);
      if (!this.#hasRight() && (other.isLive || !isKnown)) return false;
    }
    const now = this.#options.clock.monotonic();
    return stands(this.#view(), now) && this.locks.areMine && this.locks.availableAt <= now;
  }

  /** The successor is looked up first: what may be released is decided after that. */
  async #release(): Promise<void> {
    const successor = await this.#successor.find();
    const because = this.#terms.endedBecause ?? this.#aside.toldBecause ?? 'stopping';
    const releasable = this.locks.releasable(this.#options.clock.monotonic());
    const release = { by: this.#config.identity, because, successor };
    if (await this.#requests.release(releasable, release)) this.#options.onChange();
  }

  #hasRight(): boolean {
    return this.right.endIfOver() > 0;
  }

  #isBeforeFirstLeaseEnds(): boolean {
    const { clock, durations } = this.#options;
    const beganAt = this.#hasRight() ? this.right.beganAt : null;
    return beganAt === null || beganAt + durations.leaseDurationMs > clock.monotonic();
  }

  #onTermBegin(): void {
    this.#requests.wonContest();
    this.#terms.began(this.right.fencingToken ?? '');
    void this.work.begin();
  }

  /** The answer is "no" already; the notices follow once whoever asked has it (rule 6, first step). */
  #onTermEnd(because: string): void {
    this.#terms.ended(because);
    this.work.end();
    queueMicrotask(this.#options.onTermEnd);
  }

  #onWorkSettled(error: Error | null): void {
    if (error !== null) {
      this.#workError = error;
      this.#options.log.error('onStartedLeading failed', { error: error.message });
      this.#stop('onStartedLeading failed');
    }
    this.#wakeup.notify();
  }

  #stop(because: string): void {
    this.#isStopping = true;
    this.right.end(because);
    this.#wakeup.notify();
  }

  #onLockChange(): void {
    if (!this.locks.areMine)
      this.right.end(`the lock is held by ${this.locks.otherHolder || 'somebody else'}`);
    this.#inheritGrants();
    this.#foreignLock.is(this.locks.foreignBecause);
    this.#options.onChange();
  }

  /** Rule 7: a holder of our name and uid that this process did not write is our earlier process, before a restart. */
  #inheritGrants(): void {
    if (!this.#requests.hasWritten && this.locks.isAnyMine) this.right.inheritGrants();
  }
}
