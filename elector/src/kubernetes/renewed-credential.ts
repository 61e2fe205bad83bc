import { backgroundClock, type Clock } from '../../../base/clock.ts';

/** A credential, and when it runs out: on the wall clock, in milliseconds; null where nobody says. */
export interface Expiring {
  readonly expiresAt: number | null;
}

const longestAheadMs = 60_000;
const pauseMs = 10_000;

/**
 * A credential that takes its time to be had, such as an exec plugin's. It is renewed in the background, while the one before still
 * holds: in its last minute, or in the second half of its life where that is shorter. It keeps no process alive.
 */
export class RenewedCredential<T extends Expiring> {
  readonly #make: () => Promise<T>;
  readonly #clock: Clock;
  #present: T | null = null;
  #making: Promise<T> | null = null;
  #cancelRenewal = () => {};
  #isClosed = false;

  /** `make` must end by itself. */
  constructor(make: () => Promise<T>, clock: Clock = backgroundClock) {
    this.#make = make;
    this.#clock = clock;
  }

  /** One that holds. Rejects where none is left and none is to be had. Those who ask while one is being made share it. */
  get(): Promise<T> {
    return this.#present !== null && this.#holdsForMs(this.#present) > 0
      ? Promise.resolve(this.#present)
      : this.#renew();
  }

  /** The server does not accept the one of which that is true: it is not given out again. */
  reject(isRejected: (credential: T) => boolean): void {
    if (this.#present !== null && isRejected(this.#present)) this.#present = null;
  }

  /** It is not renewed any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRenewal();
  }

  #renew(): Promise<T> {
    this.#cancelRenewal();
    this.#making ??= this.#make()
      .then((made) => {
        this.#present = made;
        const lifeMs = this.#holdsForMs(made);
        this.#renewAfter(lifeMs - Math.min(longestAheadMs, lifeMs / 2));
        return made;
      })
      .finally(() => (this.#making = null));
    return this.#making;
  }

  #renewAfter(ms: number): void {
    if (this.#isClosed || !(ms > 0) || ms === Infinity) return;
    this.#cancelRenewal = this.#clock.after(ms, () => {
      this.#renew().catch(() => this.#renewAfter(pauseMs)); // what fails here fails again for whoever needs it
    });
  }

  #holdsForMs({ expiresAt }: T): number {
    return expiresAt === null ? Infinity : expiresAt - this.#clock.wall();
  }
}
