import type { Clock } from '../../../base/clock.ts';

/** Lets one loop sleep until something happens or a time has come; what happens while it is awake is not lost. */
export class Wakeup {
  readonly #clock: Clock;
  #pending = false;
  #wake: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something happened: ends the sleep under way, or else the next one. */
  notify(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Sleeps until the monotonic time `until` (Infinity: without limit) or the next notice. */
  async sleepUntil(until: number): Promise<void> {
    if (!this.#pending && until > this.#clock.monotonic()) {
      await new Promise<void>((resolve) => {
        const cancel =
          until === Infinity ? null : this.#clock.after(until - this.#clock.monotonic(), resolve);
        this.#wake = () => {
          cancel?.();
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#pending = false;
  }
}
