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

  /** Whether there is a reason at this moment not to stand. */
  get isAside(): boolean {
    return this.#toldBecause !== null || this.hasResigned;
  }

  /** Whether it resigned, and the time it stands aside for that is not over. */
  get hasResigned(): boolean {
    return this.#clock.monotonic() < this.#resignedUntil;
  }

  /** Monotonic time at which the candidate stands again by itself; Infinity where only `stand()` or nothing can bring that about. */
  get endsAt(): number {
    return this.#toldBecause === null && this.hasResigned ? this.#resignedUntil : Infinity;
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
    if (!this.hasResigned) this.#log.info('stands for election');
  }

  /** Resigned: does not stand for `durationMs` from now. */
  resign(durationMs: number): void {
    this.#resignedUntil = this.#clock.monotonic() + durationMs;
    this.#log.info('stands aside', { because: 'resigned', seconds: durationMs / 1000 });
  }
}
