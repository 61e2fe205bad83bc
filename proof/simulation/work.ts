import { longestElapsed, type Instant } from '../../base/clock.ts';
import type { LeaderElector } from '../../elector/src/election/leader-elector.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** What an app does in one go, from when the elector calls it until its promise settles. */
interface Piece {
  readonly signal: AbortSignal;
  /** When the last write was sent that this term's right comes from. */
  readonly renewedAt: Instant;
  readonly settle: () => void;
}

/**
 * An app that uses the elector as a library: works from `onStartedLeading`, or now and then by `whileLeading()`, until its promise settles,
 * which may be long after the signal (it drains); never asks, and stops by itself only once no write has kept the lock for as long as a right
 * lasts.
 */
export class Work {
  /** Whether it works by `whileLeading()`. */
  readonly isPiecewise: boolean;
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #renewDeadlineMs: number;
  #lastWriteAt: Instant = { monotonic: -Infinity, wall: -Infinity };
  #pending: Piece | null = null;

  constructor(world: World, process: SimulatedProcess, renewDeadlineMs: number) {
    this.#world = world;
    this.#process = process;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.isPiecewise = world.random.chance(0.5);
  }

  /** Whether it acts as leader at this moment. */
  get acts(): boolean {
    return this.#process.canRun && this.#goesOn(this.#pending);
  }

  /**
   * A write that was sent at `sentAt` succeeded: the lock is kept, whether the term goes on or the work drains. What has stopped does not begin
   * again by that.
   */
  onWrite(sentAt: Instant): void {
    this.#lastWriteAt = sentAt;
    if (this.#goesOn(this.#pending)) this.#pending = { ...this.#pending, renewedAt: sentAt };
  }

  /** Does a piece of work whenever it may, as a cron job does; for one that is piecewise. */
  doPieces(elector: Pick<LeaderElector, 'whileLeading'>): void {
    const doOne = () => void elector.whileLeading(this.begin).then(() => this.doPieces(elector));
    this.#process.clock.after(this.#world.random.next() * this.#renewDeadlineMs, doOne);
  }

  readonly begin = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const { random } = this.#world;
      const { clock } = this.#process;
      const settle = () => {
        if (this.#pending?.signal === signal) this.#pending = null;
        resolve();
      };
      this.#pending = { signal, renewedAt: this.#lastWriteAt, settle };
      const afterSignalMs = random.next() ** 2 * 6 * this.#renewDeadlineMs;
      signal.addEventListener('abort', () => clock.after(afterSignalMs, settle));
      const endsByItself = random.chance(0.2);
      if (endsByItself) clock.after(random.next() * 4 * this.#renewDeadlineMs, settle);
    });

  #goesOn(piece: Piece | null): piece is Piece {
    return piece !== null && longestElapsed(this.#process.clock, piece.renewedAt) < this.#renewDeadlineMs;
  }

  /** Its promise settles now. */
  settle(): void {
    this.#pending?.settle();
  }
}
