import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';

/**
 * Why a candidate does not stand for election: it was told not to, or it resigned a short while ago. The two are independent:
 * the end of one leaves the other as it was.
 */
export class StandingAside {
  readonly #clock: Clock;
  readonly #log: Log;
  #toldBecause: string | null = null;
  #resignedUntil = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Why it was told not to stand; null where it was not. */
  get toldBecause(): string | null {
    return this.#toldBecause;
  }

  /** Monotonic time up to which it does not stand since it resigned; -Infinity where it did not. */
  get resignedUntil(): number {
    return this.#resignedUntil;
  }

  /** Told not to stand, until `stand()`. */
  tell(because: string): void {
    if (this.#toldBecause === null) this.#log.info('stands aside', { because });
    this.#toldBecause = because;
  }

  /** Ends what `tell()` began. */
  stand(): void {
    if (this.#toldBecause === null) return;
    this.#toldBecause = null;
    if (this.#clock.monotonic() >= this.#resignedUntil) this.#log.info('stands for election');
  }

  /** Resigned: does not stand for `durationMs` from now. */
  resign(durationMs: number): void {
    this.#resignedUntil = this.#clock.monotonic() + durationMs;
    this.#log.info('stands aside', { because: 'resigned', seconds: durationMs / 1000 });
  }
}
