import { inTime, type Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { ResourceLock } from './resource-lock.ts';

/** The end of a run waits for no longer than this until its last event is recorded. */
const longestWaitMs = 500;

/** Tells people when a candidate's terms begin and end: in its log, and by events on the locks, as client-go does. */
export class Terms {
  readonly #locks: readonly ResourceLock[];
  readonly #identity: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #endedBecause: string | null = null;
  #recording: Promise<unknown> = Promise.resolve();

  constructor(
    locks: readonly ResourceLock[],
    identity: string,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#locks = locks;
    this.#identity = identity;
    this.#clock = clock;
    this.#log = log;
  }

  /** Why the last term ended; null where there was none. */
  get endedBecause(): string | null {
    return this.#endedBecause;
  }

  /** A term has begun, with this fencing token. */
  began(fencingToken: string): void {
    this.#log.info('successfully acquired lease', { identity: this.#identity, fencingToken });
    this.#record('became leader');
  }

  ended(because: string): void {
    this.#endedBecause = because;
    this.#log.info('stopped leading', { because });
    this.#record(`stopped leading: ${because}`);
  }

  /** All events are recorded, or it took too long. */
  async recorded(): Promise<void> {
    await inTime(this.#clock, longestWaitMs, this.#recording, 'too long').catch(() => {});
  }

  /** One after the other, so that they are listed in the order in which they happened. */
  #record(what: string): void {
    this.#recording = this.#recording.then(() =>
      Promise.all(this.#locks.map((lock) => Promise.resolve(lock.recordEvent?.(this.#identity, what)))),
    );
  }
}
