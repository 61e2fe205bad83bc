import { longestElapsed, now, type Instant } from '../../elector/src/clock.ts';
import type { ElectionStatus } from '../../elector/src/election-status.ts';
import type { Machine } from './machine.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** Asks the pod's elector; `reply` is called with its answer, if one comes. */
export type Ask = (reply: (status: ElectionStatus) => void) => void;

/**
 * An app beside an elector: asks every now and then, and acts on a "yes" for as long as it is valid, counted from when it
 * asked.
 */
export class App {
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #ask: Ask;
  readonly #longestPauseMs: number;
  #answer: { readonly askedAt: Instant; readonly validForMs: number } | null = null;
  /** Monotonic time of the last resignation: what was asked before does not count any more. */
  #resignedAt = -Infinity;

  constructor(world: World, machine: Machine, longestPauseMs: number, ask: Ask) {
    this.process = new SimulatedProcess(world, machine);
    this.#world = world;
    this.#longestPauseMs = longestPauseMs;
    this.#ask = ask;
    this.#askSoon();
  }

  /** Whether it acts as leader at this moment. */
  get acts(): boolean {
    if (this.#answer === null || !this.process.canRun) return false;
    const { askedAt, validForMs } = this.#answer;
    return longestElapsed(this.process.clock, askedAt) < validForMs;
  }

  /** Acts on no earlier answer any more: what whoever resigns vouches for. */
  resign(): void {
    this.#answer = null;
    this.#resignedAt = this.process.clock.monotonic();
  }

  #askSoon(): void {
    const pauseMs = this.#world.random.next() * this.#longestPauseMs;
    this.process.clock.after(pauseMs, () => {
      const askedAt = now(this.process.clock);
      this.#ask(({ validForMs }) => {
        const isNewest = this.#answer === null || this.#answer.askedAt.monotonic <= askedAt.monotonic;
        if (isNewest && askedAt.monotonic > this.#resignedAt) this.#answer = { askedAt, validForMs };
      });
      this.#askSoon();
    });
  }
}
