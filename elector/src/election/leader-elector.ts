import { EventEmitter } from 'node:events';
import { systemClock, type Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Log } from '../../../base/log.ts';
import { Candidacy } from './candidacy.ts';
import { electionChanges } from './election-changes.ts';
import type { ElectionStatus, LeaderElectorEvents } from './election-status.ts';
import {
  durationsOf,
  identityOf,
  requireFunctions,
  requireLock,
  requireSignal,
  type Durations,
  type Identity,
  type LeaderElectionConfig,
} from './leader-election-config.ts';
import { Failures } from './failures.ts';
import type { Handover } from './handovers.ts';
import { LeaderNotices } from './leader-notices.ts';
import { asLog } from './log-target.ts';
import { locksOf } from './multi-lock.ts';
import { reliableLog, shielded } from './observer.ts';
import { NotLeadingError, UnconfirmedReleaseError } from './resign-error.ts';

// With the longest leases a request may take hours; nobody who resigns waits that long for an answer.
const longestResignMs = 10_000;

/**
 * A candidate in an election: what a program asks, and tells. What it does, and when, is decided by `nextStep`.
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
  readonly #failures = new Failures((error) => this.#tell('error', error));
  readonly #candidacy: Candidacy;
  readonly #notices: LeaderNotices;
  #run: 'before' | 'running' | 'ended' = 'before';

  /** @throws RangeError for durations that cannot be safe, an empty identity, or a lock, log or function that is none */
  constructor(config: LeaderElectionConfig) {
    super();
    for (const lock of locksOf(config.lock)) requireLock(lock);
    requireFunctions(config);
    this.#config = { ...config, ...identityOf(config) };
    this.#durations = durationsOf(config);
    this.#clock = config.clock ?? systemClock;
    this.#log = reliableLog(asLog(config.log));
    this.#candidacy = new Candidacy(this.#config, {
      clock: this.#clock,
      random: config.random ?? Math.random,
      log: this.#log,
      durations: this.#durations,
      failures: this.#failures,
      onChange: () => this.#notices.changed(),
      onWrite: (report) => this.#tell('write', report),
      onTermEnd: () => {
        this.#observe('onStoppedLeading', () => config.onStoppedLeading?.());
        this.#notices.changed();
      },
    });
    this.#notices = new LeaderNotices({
      clock: this.#clock,
      log: this.#log,
      leader: () => (this.hasRight ? this.identity : this.#candidacy.locks.otherHolder),
      validForMs: () => this.#candidacy.right.endIfOver() || this.#candidacy.locks.nameValidForMs,
      onNewLeader: (leader) => this.#observe('onNewLeader', () => config.onNewLeader?.(leader)),
      onChange: () => {
        this.#candidacy.reconsider();
        this.#tell('change');
      },
    });
  }

  /**
   * Takes part until `signal` aborts, and then until `onStartedLeading` has settled and the lock has been released, or must not be
   * (rule 6). May be called once.
   * @throws Error that says what is missing where the lock cannot be connected, or what `onStartedLeading` threw; RangeError for a signal
   * that is none
   */
  async run(signal: AbortSignal): Promise<void> {
    requireSignal(signal);
    if (this.#run !== 'before') throw new Error('run() was called before; make a new LeaderElector');
    this.#run = 'running';
    const locks = [
      ...locksOf(this.#config.lock),
      ...(this.#config.otherLock ? [this.#config.otherLock] : []),
    ];
    try {
      for (const lock of locks) await lock.connect?.(this.#durations.renewDeadlineMs);
      await this.#candidacy.run(signal);
    } finally {
      this.#run = 'ended';
      this.#notices.end();
      for (const lock of locks) lock.close?.();
      this.#tell('change');
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
    return this.#candidacy.locks.areObserved;
  }

  /** Why this candidate cannot be relied upon yet, or does not stand, or in vain, though nobody told it so; null where all is well. */
  get notReadyBecause(): string | null {
    if (this.hasObserved) return this.#candidacy.obstacle;
    const cause = this.lastError === null ? '' : `: ${this.lastError.message}`;
    return `the lock is not observed yet${cause}`;
  }

  /** What failed last of this candidate's requests, for as long as it has not succeeded since; null where nothing fails. */
  get lastError(): Error | null {
    return this.#failures.last;
  }

  /** Whether this candidate leads at this moment. Computed, never remembered: ask right before acting (rule 5). A "yes" is a grant (rule 6). */
  isLeader(): boolean {
    return this.#candidacy.right.grant() !== null;
  }

  /**
   * As `isLeader()`, for those whom a release does not wait for (rule 6): who looks on and never acts on it, such as metrics, and the work of
   * `onStartedLeading` and `whileLeading()`, which is itself waited for.
   */
  get hasRight(): boolean {
    return this.#candidacy.right.endIfOver() > 0;
  }

  /** The fencing token of the term under way (rule 9), for those who do nothing with it that a later one does not undo; null where it does not lead. */
  get fencingToken(): string | null {
    return this.hasRight ? this.#candidacy.right.fencingToken : null;
  }

  /** How often the lock went from one holder to another, as last seen. */
  get leaderTransitions(): number {
    return this.#candidacy.locks.leaderTransitions;
  }

  /** Who leads, at this moment. Where that is this candidate it is a grant, as a "yes" of `isLeader()` is (rule 6). */
  status(): ElectionStatus {
    const { right, locks } = this.#candidacy;
    const grant = right.grant();
    const expiresInMs = locks.expireInMs(this.#clock.monotonic());
    return {
      name: grant === null ? locks.otherHolder : this.identity,
      isLeader: grant !== null,
      leaderTransitions: this.leaderTransitions,
      fencingToken: grant?.fencingToken ?? null,
      validForMs: grant?.validForMs ?? 0,
      expiresInMs: expiresInMs === null ? null : Math.floor(expiresInMs),
    };
  }

  /** Who led after whom since this candidate watches, the latest first, 20 at most. Another array whenever there is another. */
  get handovers(): readonly Handover[] {
    return this.#candidacy.locks.handovers;
  }

  /**
   * Who leads, to be read with `for await`: the status now, and again whenever another name, term or count of transitions is to be
   * told; renewals alone are not. A slow reader misses what is past, never what is. Ends with how things stood when `run` ended, or
   * when `signal` aborts. What is read may be acted upon as an answer of `status()` may: for its `validForMs`.
   */
  changes(signal?: AbortSignal): AsyncGenerator<ElectionStatus, void, void> {
    return electionChanges(this, signal);
  }

  /**
   * Runs `work` if this candidate leads at this moment, and resolves, once it has settled, with whether it was run. `signal` aborts when
   * the term ends: a notice, while `hasRight` is the truth. The lock is kept until the work has settled, as for `onStartedLeading`
   * (`drainTimeout` bounds that too), and no longer for its sake: to begin it is no grant (rule 6).
   * @throws what `work` threw; this candidate leads on, and other work of the term goes on
   */
  async whileLeading(work: (signal: AbortSignal) => unknown): Promise<boolean> {
    if (!this.hasRight) return false;
    await this.#candidacy.work.run(work);
    return true;
  }

  /** Does not stand until `stand()` is called; a leader stops leading at once, and hands the lock over as if it stopped (rule 6). */
  standAside(because: string): void {
    this.#candidacy.standAside(because);
  }

  /** Ends what `standAside()` began. */
  stand(): void {
    this.#candidacy.stand();
  }

  /**
   * Hands the lock over now: `isLeader()` is false from here on, and the lock is released without waiting for anybody. **The
   * caller vouches** that nobody acts on an earlier "yes" of this candidate any more, `onStartedLeading` and what `whileLeading()` runs
   * included (rule 6); where that is not known, `standAside()` waits for it. The candidate does not stand for one leaseDuration from now,
   * then stands again by itself, once all of that has settled.
   *
   * Resolves when the lock was seen to be released, or held by another; that takes one write, unless the API server is away.
   * @throws NotLeadingError at once where this candidate does not lead (any more); nothing has changed then
   * @throws UnconfirmedReleaseError after two retryPeriods, at most 10 s, or when `run` ends before; the "no" stays, and the
   * release goes on being tried
   */
  async resign(): Promise<void> {
    if (!this.#candidacy.resign()) throw new NotLeadingError(this.identity);
    const released = await this.#seesHandoverWithin(
      Math.min(2 * this.#durations.retryPeriodMs, longestResignMs),
    );
    this.#tell('resign', { outcome: released ? 'released' : 'unconfirmed' });
    if (!released) throw new UnconfirmedReleaseError(this.identity);
  }

  /** Decides anew: `hasAppEnded()` may have another answer now. */
  reconsider(): void {
    this.#candidacy.reconsider();
  }

  /** Whether the lock is seen to be released, or another's, within `ms`, before `run` ends. */
  #seesHandoverWithin(ms: number): Promise<boolean> {
    const isHandedOver = () =>
      this.#candidacy.locks.all.every(({ record }) => record?.holderIdentity !== this.identity);
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

  #tell<Event extends keyof LeaderElectorEvents>(event: Event, ...what: LeaderElectorEvents[Event]): void {
    for (const listener of this.rawListeners(event))
      this.#observe(`a listener of "${event}"`, () => Reflect.apply(listener, this, what) as unknown);
  }

  /** Calls somebody who only looks on: the election goes on whatever that throws. */
  #observe(name: string, observer: () => unknown): void {
    shielded(observer, (error) => {
      this.#log.error(`${name} failed`, { error: textOf(error) });
      if (name === 'a listener of "error"') return;
      this.#tell('error', new Error(`${name} failed: ${textOf(error)}`, { cause: error }));
    });
  }
}
