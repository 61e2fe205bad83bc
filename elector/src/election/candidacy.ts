import type { Clock } from '../../../base/clock.ts';
import type { Failures } from './failures.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';
import type { WriteReport } from './election-status.ts';
import type { Durations, Identity, LeaderElectionConfig } from './leader-election-config.ts';
import { LeadingWork } from './leading-work.ts';
import { LockRequests } from './lock-requests.ts';
import { locksOf } from './multi-lock.ts';
import { isBarred, nextStep, stands, type View } from './next-step.ts';
import { ObservedLock } from './observed-lock.ts';
import { ObservedLocks, type Snapshot } from './observed-locks.ts';
import { tellObserver } from './observer.ts';
import { OtherLock } from './other-lock.ts';
import { Reflector } from './reflector.ts';
import { Right } from './right.ts';
import { StandingAside } from './standing-aside.ts';
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

const noForeignObject = 'the lock is an object of its own';

/** The loop of a candidate: it looks, lets `nextStep` decide, carries that out, and looks again. */
export class Candidacy {
  /** What was observed of the locks that it must hold. */
  readonly locks: ObservedLocks;
  readonly right: Right;
  readonly #config: LeaderElectionConfig & Identity;
  readonly #options: CandidacyOptions;
  readonly #reflectors: readonly Reflector[];
  readonly #otherLock: OtherLock | null;
  readonly #requests: LockRequests;
  readonly #work: LeadingWork;
  readonly #aside: StandingAside;
  /** Whether some lock is somebody else's object. */
  readonly #foreignness: ModeLog;
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
    this.#reflectors = this.locks.all.map((lock) => new Reflector(lock, surroundings));
    this.#otherLock = config.otherLock
      ? new OtherLock(config.otherLock, { ...surroundings, own: this.locks })
      : null;
    this.#requests = new LockRequests({
      ...surroundings,
      holder: config,
      holdsBoth: this.locks.all.length > 1,
    });
    this.right = new Right(clock, durations.renewDeadlineMs, (because) => this.#onTermEnd(because));
    this.#work = new LeadingWork({
      ...surroundings,
      onStartedLeading: config.onStartedLeading,
      onSettled: (error) => this.#onWorkSettled(error),
    });
    this.#aside = new StandingAside(clock, log);
    this.#foreignness = new ModeLog({ clock, log, initially: noForeignObject });
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
    const reflected = Promise.all(this.#reflectors.map((reflector) => reflector.run(reflecting.signal)));
    try {
      while (await this.#step());
    } finally {
      signal.removeEventListener('abort', stop);
      this.right.end('stopped');
      reflecting.abort();
      await reflected;
    }
    if (this.#workError !== null) throw this.#workError;
  }

  /** Why it does not stand, or in vain, though nobody told it so; null where it stands, or would. */
  get obstacle(): string | null {
    const { foreignBecause } = this.locks;
    if (foreignBecause !== null) return foreignBecause;
    const refusal = this.#options.failures.refusalOf(this.#requests);
    if (refusal !== null) return `the lock cannot be held: ${refusal.message}`;
    if (this.#otherLock === null) return null;
    const view = { hasRight: this.#hasRight(), otherLock: this.#otherLock };
    return isBarred(view) ? this.#otherLock.obstacle : null;
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
    this.#work.vouchFor();
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
        if (await this.#requests.release(this.locks.releasable(now))) this.#options.onChange();
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
      isAside: this.#aside.isTold,
      resignedUntil: this.#aside.resignedUntil,
      hasRight: this.#hasRight(),
      grantedUntil: this.right.grantedUntil,
      nobodyActs: () => this.#nobodyActs(),
      isWorking: this.#work.isPending,
      drainsUntil: this.#work.drainsUntil,
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
    if (this.#work.hasSettled) return true;
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
    if (mayLead && this.right.renew(resourceVersion, since, !this.#work.isPending)) this.#onTermBegin();
    if (this.#work.isPending) this.right.grant(); // to onStartedLeading, which works on unasked
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
    const { identity } = this.#config;
    this.#options.log.info('successfully acquired lease', {
      identity,
      fencingToken: this.right.fencingToken ?? '',
    });
    void this.#work.begin();
  }

  /** The answer is "no" already; the notices follow once whoever asked has it (rule 6, first step). */
  #onTermEnd(because: string): void {
    this.#options.log.info('stopped leading', { because });
    this.#work.end();
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
    this.#reportForeign();
    this.#options.onChange();
  }

  /** Rule 7: a holder of our name and uid that this process did not write is our earlier process, before a restart. */
  #inheritGrants(): void {
    if (!this.#requests.hasWritten && this.locks.isAnyMine) this.right.inheritGrants();
  }

  #reportForeign(): void {
    const because = this.locks.foreignBecause;
    if (because === null) this.#foreignness.is('info', noForeignObject);
    else this.#foreignness.is('error', 'does not stand', { because });
  }
}
