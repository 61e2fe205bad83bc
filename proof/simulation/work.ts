import { longestElapsed, type Instant } from '../../elector/src/clock.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/**
 * An app that uses the elector as a library: works from `onStartedLeading` until its promise settles, which may be long after the
 * signal; never asks, and stops by itself once the right that the last renewal gave has run out.
 */
export class Work {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #renewDeadlineMs: number;
  #isPending = false;
  #renewedAt: Instant | null = null;
  #settle: () => void = () => {};

  constructor(world: World, process: SimulatedProcess, renewDeadlineMs: number) {
    this.#world = world;
    this.#process = process;
    this.#renewDeadlineMs = renewDeadlineMs;
  }

  /** Whether it acts as leader at this moment. */
  get acts(): boolean {
    if (!this.#isPending || this.#renewedAt === null || !this.#process.canRun) return false;
    return longestElapsed(this.#process.clock, this.#renewedAt) < this.#renewDeadlineMs;
  }

  /** A write that was sent at `sentAt` renewed the right. */
  renewed(sentAt: Instant): void {
    this.#renewedAt = sentAt;
  }

  /** Its promise settles now. */
  settle(): void {
    this.#settle();
  }

  readonly onStartedLeading = (signal: AbortSignal): Promise<void> => {
    this.#isPending = true;
    const { random } = this.#world;
    const afterSignalMs = random.next() * 2 * this.#renewDeadlineMs;
    const settled = new Promise<void>((resolve) => {
      this.#settle = () => {
        this.#isPending = false;
        resolve();
      };
    });
    signal.addEventListener('abort', () => this.#process.clock.after(afterSignalMs, this.#settle));
    const endsByItself = random.chance(0.2);
    if (endsByItself) this.#process.clock.after(random.next() * 4 * this.#renewDeadlineMs, this.#settle);
    return settled;
  };
}
