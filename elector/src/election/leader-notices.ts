import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';

/** Whom a candidate's notices are about, and to whom they go. */
export interface LeaderNoticesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The leader's name at this moment; `""` for nobody. */
  readonly leader: () => string;
  /** For how many milliseconds that stays so unless something happens; 0: for ever. */
  readonly validForMs: () => number;
  readonly onNewLeader: (leader: string) => void;
  /** Something changed, whatever it was. */
  readonly onChange: () => void;
}

/** Tells who leads: whenever something has happened, and when time alone changes the answer. */
export class LeaderNotices {
  readonly #options: LeaderNoticesOptions;
  #told = '';
  #hasEnded = false;
  #cancelLapse: () => void = () => {};

  constructor(options: LeaderNoticesOptions) {
    this.#options = options;
  }

  /** Something has happened. */
  changed(): void {
    if (this.#hasEnded) return;
    const { log, onNewLeader, onChange } = this.#options;
    const leader = this.#options.leader();
    if (leader !== this.#told && leader !== '') {
      log.info('new leader elected', { leader });
      onNewLeader(leader);
    }
    this.#told = leader;
    this.#armLapse();
    onChange();
  }

  /** Nothing is told from here on: what a request brings that nobody waits for any more is nobody's business. */
  end(): void {
    this.#hasEnded = true;
    this.#cancelLapse();
  }

  /** For changes that only time brings: a term that runs out (rule 5), a name that may no longer be given (rule 8). */
  #armLapse(): void {
    this.#cancelLapse();
    const lapsesInMs = this.#options.validForMs();
    if (lapsesInMs === 0) return;
    this.#cancelLapse = this.#options.clock.after(lapsesInMs, () => this.changed());
  }
}
