import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import type { LockKind } from '../../base/lock-kinds.ts';
import { App } from './app.ts';
import { SimulatedCandidate, type SimulatedCandidateOptions } from './simulated-candidate.ts';

export interface PodOptions extends Omit<SimulatedCandidateOptions, 'onTerm'> {
  /** Whether its app follows its elector's events. */
  readonly opensEvents: boolean;
  /** Told of the fencing token of each term that this pod begins, and of each answer to its app. */
  readonly onTerm: (pod: SimulatedPod, fencingToken: string) => void;
  readonly onAnswer: (pod: SimulatedPod, status: ElectionStatus) => void;
}

const hopMs = [0.1, 1] as const;
// As the elector checks its app, which is asked more often when it may just have ended.
const checkPeriodMs = 100;
const checkTimeoutMs = 1000;

/** A pod: an elector and its app on one machine, each of which may end and begin again. As a library they are one process. */
export class SimulatedPod {
  readonly options: PodOptions;
  #candidate: SimulatedCandidate | null = null;
  #app: App | null = null;
  /** To which process the app's stream is open. */
  #connectedTo: SimulatedCandidate | null = null;
  /** Whether it broke, and the app has not opened another one yet. */
  #isStreamBroken = false;

  constructor(options: PodOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.identity;
  }

  /** The elector's process; null before its first start. */
  get candidate(): SimulatedCandidate | null {
    return this.#candidate;
  }

  /** The lock it stands by. */
  get lock(): LockKind {
    return this.#candidate?.lock ?? this.options.lock;
  }

  get app(): App | null {
    return this.#app;
  }

  get isElectorRunning(): boolean {
    return this.#candidate !== null && !this.#candidate.process.hasEnded;
  }

  /** Whether its app acts as leader at this moment. */
  get appActs(): boolean {
    return this.#app?.acts === true || this.#candidate?.work?.acts === true;
  }

  /** `lock`: the one it stands by from now on, which differs from the earlier process's where it was told another. */
  startElector(lock = this.lock): void {
    const { onTerm, ...options } = this.options;
    this.#candidate = new SimulatedCandidate({
      ...options,
      lock,
      onTerm: (fencingToken) => onTerm(this, fencingToken),
    });
    this.#candidate.start();
    this.#openEvents();
  }

  startApp(): void {
    if (this.options.isLibrary) return;
    const { world, machine, leaseDuration, elector, opensEvents } = this.options;
    this.#app = new App({
      world,
      machine,
      docs: elector,
      opensEvents,
      longestPauseMs: leaseDuration * 300,
      ask: (reply) => this.#ask(reply),
    });
    this.#openEvents();
  }

  /**
   * The app takes no new visitors, and works on; the elector notices. It keeps its stream for as long as it acts (docs/api.md), so that it
   * does not while that is broken.
   */
  closeAppsPort(): void {
    if (this.#isStreamBroken) return;
    this.#app?.closePort();
    const candidate = this.#candidate;
    this.#after(hopMs, () => candidate?.process.receive(() => this.#checkApp(candidate)));
  }

  /** The app's stream breaks, and it opens another one after `afterMs`; returns whether it had one. Not while its port is closed, as above. */
  breakEvents(afterMs: number): boolean {
    if (this.#connectedTo === null || this.#app?.refuses === true) return false;
    this.#isStreamBroken = true;
    this.#closeEvents();
    this.options.world.after(afterMs, () => this.#openEvents());
    return true;
  }

  endApp(): void {
    const app = this.#app;
    if (app === null || app.process.hasEnded) return;
    app.process.end();
    this.#closeEvents();
  }

  /** Hands over by its app's word, where the app and the elector can run; returns whether it did. */
  resign(): boolean {
    const { candidate } = this;
    const canVouch = this.#app === null || this.#app.process.canRun || this.#app.process.hasEnded;
    if (candidate?.leads !== true || !canVouch) return false;
    this.#app?.resign();
    candidate.work?.settle();
    candidate.elector.resign().catch((error: unknown) => {
      this.options.world.record(`${this.options.uid} ${String(error)}`);
    });
    return true;
  }

  /** The whole pod is gone from its node. */
  end(): void {
    this.#candidate?.process.end();
    this.#app?.process.end();
  }

  /** The app opens its stream, soon after it or its elector has begun. */
  #openEvents(): void {
    const [app, candidate] = [this.#app, this.#candidate];
    if (app === null || candidate === null || !app.opensEvents) return;
    this.#after(hopMs, () => {
      if (app.process.hasEnded || this.#connectedTo === candidate) return;
      candidate.process.receive(() => {
        candidate.appLife.streamOpened();
        this.#isStreamBroken = false;
        this.#connectedTo = candidate;
        if (app.process.hasEnded) this.#closeEvents();
      });
    });
  }

  /** The elector sees the stream close, and looks whether the app has ended. */
  #closeEvents(): void {
    const candidate = this.#connectedTo;
    this.#connectedTo = null;
    this.#after(hopMs, () =>
      candidate?.process.receive(() => {
        candidate.appLife.streamClosed();
        this.#checkApp(candidate);
      }),
    );
  }

  #checkApp(candidate: SimulatedCandidate): void {
    const answered = candidate.appLife.beginCheck();
    const answer = (said: Parameters<typeof answered>[0]) =>
      candidate.process.receive(() => {
        answered(said);
        if (candidate.appLife.hasEnded) candidate.elector.standAside('app ended');
        if (candidate.appLife.mayHaveEnded)
          candidate.process.clock.after(checkPeriodMs, () => this.#checkApp(candidate));
      });
    this.#after(hopMs, () => {
      const app = this.#app;
      if (app === null || app.refuses) answer('refused');
      else if (app.process.canRun) answer('healthy');
      else this.options.world.after(checkTimeoutMs, () => answer('unhealthy'));
    });
  }

  #ask(reply: (status: ElectionStatus) => void): void {
    const { onAnswer } = this.options;
    const app = this.#app;
    this.#after(hopMs, () => {
      const candidate = this.#candidate;
      candidate?.process.receive(() => {
        const status = candidate.ask();
        if (status.isLeader) candidate.appLife.granted();
        onAnswer(this, status);
        this.#after(hopMs, () => app?.process.receive(() => reply(status)));
      });
    });
  }

  #after([fromMs, toMs]: readonly [number, number], action: () => void): void {
    const { world } = this.options;
    world.after(world.random.between(fromMs, toMs), action);
  }
}
