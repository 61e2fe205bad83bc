import type { Instant } from '../../base/clock.ts';
import type { ElectionStatus } from '../../elector/src/election/election-status.ts';
import type { ElectorModule } from './elector-under-test.ts';
import type { Machine } from './machine.ts';
import { Sandbox } from './sandbox.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** Asks the pod's elector; `reply` is called with its answer, if one comes. */
export type Ask = (reply: (status: ElectionStatus) => void) => void;

export interface AppOptions {
  readonly world: World;
  readonly machine: Machine;
  /** What an app does by the docs. */
  readonly docs: Pick<ElectorModule, 'isValid' | 'present'>;
  /** Whether it follows its elector's events, on a stream by which its end can be seen. */
  readonly opensEvents: boolean;
  readonly longestPauseMs: number;
  readonly ask: Ask;
}

/**
 * An app beside an elector: asks every now and then, and acts on a "yes" for as long as it is valid, counted from when it
 * asked.
 */
export class App {
  readonly process: SimulatedProcess;
  readonly sandbox: Sandbox;
  readonly opensEvents: boolean;
  readonly #options: AppOptions;
  #isPortOpen = true;
  #answer: { readonly askedAt: Instant; readonly status: ElectionStatus } | null = null;
  /** Monotonic time of the last resignation: what was asked before does not count any more. */
  #resignedAt = -Infinity;

  constructor(options: AppOptions) {
    this.sandbox = new Sandbox(options.machine);
    this.process = new SimulatedProcess(options.world, this.sandbox);
    this.opensEvents = options.opensEvents;
    this.#options = options;
    this.#askSoon();
  }

  /** Whether it acts as leader at this moment. */
  get acts(): boolean {
    if (this.#answer === null || !this.process.canRun) return false;
    const { status, askedAt } = this.#answer;
    return status.isLeader && this.#options.docs.isValid(status, askedAt, this.process.clock);
  }

  /** Whether nothing listens on its health port. */
  get refuses(): boolean {
    return this.process.hasEnded || !this.#isPortOpen;
  }

  /** Takes no new visitors, and works on: what servers do on SIGTERM. */
  closePort(): void {
    this.#isPortOpen = false;
  }

  /** Acts on no earlier answer any more: what whoever resigns vouches for. */
  resign(): void {
    this.#answer = null;
    this.#resignedAt = this.process.clock.monotonic();
  }

  #askSoon(): void {
    const { world, docs, longestPauseMs, ask } = this.#options;
    this.process.clock.after(world.random.next() * longestPauseMs, () => {
      const askedAt = docs.present(this.process.clock);
      ask((status) => {
        const isNewest = this.#answer === null || this.#answer.askedAt.monotonic <= askedAt.monotonic;
        if (isNewest && askedAt.monotonic > this.#resignedAt) this.#answer = { askedAt, status };
      });
      this.#askSoon();
    });
  }
}
