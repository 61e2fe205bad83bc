import { inTime, type Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import type { Log } from '../../../base/log.ts';
import { ModeLog } from '../../../base/mode-log.ts';

/** Says which candidate should follow this one, by its identity; null: whoever is first. */
export type FindSuccessor = () => Promise<string | null>;

/** A release does not wait for longer than this for a hint. */
const longestSearchMs = 200;

const found = 'a successor can be looked for';

/** Looks for whom a leader that releases the lock should name. The hint may be wrong, late or missing: no rule depends on it. */
export class Successor {
  readonly #find: FindSuccessor | undefined;
  readonly #identity: string;
  readonly #clock: Clock;
  readonly #outcomes: ModeLog;

  constructor(
    find: FindSuccessor | undefined,
    identity: string,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#find = find;
    this.#identity = identity;
    this.#clock = clock;
    this.#outcomes = new ModeLog({ clock, log, initially: found });
  }

  /** The identity to name; null where there is none, or none was found in time. Never rejects. */
  async find(): Promise<string | null> {
    const find = this.#find;
    if (find === undefined) return null;
    try {
      const successor = await inTime(
        this.#clock,
        longestSearchMs,
        Promise.resolve().then(find),
        `it was not found within ${longestSearchMs} ms`,
      );
      this.#outcomes.is('info', found);
      return successor === this.#identity || successor === '' ? null : successor;
    } catch (error) {
      this.#outcomes.is('warn', 'no successor is named', { error: textOf(error) });
      return null;
    }
  }
}
