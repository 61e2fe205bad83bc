import type { ElectionStatus } from '../../elector/src/election-status.ts';
import { App } from './app.ts';
import { Candidate, type CandidateOptions } from './candidate.ts';

export interface PodOptions extends Omit<CandidateOptions, 'hasAppEnded' | 'onTerm'> {
  /** Told of the fencing token of each term that this pod begins, and of each answer to its app. */
  readonly onTerm: (pod: Pod, fencingToken: string) => void;
  readonly onAnswer: (pod: Pod, status: ElectionStatus) => void;
}

const hopMs = [0.1, 1] as const;

/** A pod: an elector and its app on one machine, each of which may end and begin again. As a library they are one process. */
export class Pod {
  readonly options: PodOptions;
  #candidate: Candidate | null = null;
  #app: App | null = null;

  constructor(options: PodOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.identity;
  }

  /** The elector's process; null before its first start. */
  get candidate(): Candidate | null {
    return this.#candidate;
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

  startElector(): void {
    const { onTerm, ...options } = this.options;
    this.#candidate = new Candidate({
      ...options,
      hasAppEnded: () => this.#app?.process.hasEnded ?? true,
      onTerm: (fencingToken) => onTerm(this, fencingToken),
    });
    this.#candidate.start();
  }

  startApp(): void {
    if (this.options.isLibrary) return;
    const { world, machine, leaseDuration } = this.options;
    this.#app = new App(world, machine, leaseDuration * 300, (reply) => this.#ask(reply));
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

  #ask(reply: (status: ElectionStatus) => void): void {
    const { world, onAnswer } = this.options;
    const app = this.#app;
    world.after(world.random.between(...hopMs), () => {
      const candidate = this.#candidate;
      candidate?.process.receive(() => {
        const status = candidate.ask();
        onAnswer(this, status);
        world.after(world.random.between(...hopMs), () => app?.process.receive(() => reply(status)));
      });
    });
  }
}
