import type { Clock } from './clock.ts';
import type { Log, LogFields } from './log.ts';

/** What a mode log runs on. */
export interface ModeLogOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The mode that things begin in, which is not said. Default: none. */
  readonly initially?: string;
}

const periodMs = 60_000;

/**
 * Tells operators in which of a few modes something is, whenever that changes. The same mode is said at most once a minute: one that
 * comes and goes faster is left out, and the line that is next written counts, as `leftOut`, the changes that had none.
 */
export class ModeLog {
  readonly #clock: Clock;
  readonly #log: Log;
  #present: string;
  /** How often the mode has changed since a line was written. */
  #unsaid = 0;
  /** When each mode was last said, on the monotonic clock. */
  readonly #saidAt = new Map<string, number>();

  constructor({ clock, log, initially = '' }: ModeLogOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#present = keyOf(initially, {});
  }

  /**
   * This is the mode now: to be called as often as that is seen, since what was left out is said at the first call after its minute.
   * `mode` is one of a bounded number of texts, since each is remembered; where `fields` differ, such as another error, that is a change too.
   */
  is(level: keyof Log, mode: string, fields: LogFields = {}): void {
    const present = keyOf(mode, fields);
    if (present !== this.#present) this.#unsaid += 1;
    this.#present = present;
    const now = this.#clock.monotonic();
    if (this.#unsaid === 0 || now < (this.#saidAt.get(mode) ?? -Infinity) + periodMs) return;
    const leftOut = this.#unsaid - 1;
    this.#unsaid = 0;
    this.#saidAt.set(mode, now);
    this.#log[level](mode, leftOut === 0 ? fields : { ...fields, leftOut });
  }
}

function keyOf(mode: string, fields: LogFields): string {
  return JSON.stringify([mode, fields]);
}
