import type { Clock } from './clock.ts';

/** What a StateLog writes with. */
export interface StateLogOptions {
  readonly clock: Clock;
  /** Takes one line for people. */
  readonly log: (line: string) => void;
  /** Ends the writing. */
  readonly signal: AbortSignal;
}

const periodMs = 60_000;

/** How often a state was entered in this period. */
interface Entries {
  readonly line: string;
  readonly times: number;
  /** How many of these no line was written for. */
  readonly untold: number;
}

/**
 * Tells people in which state one thing is. A state is told when it is entered, at once, but only once a minute: one that is
 * entered again before the minute is over is told with its count when it is. So a thing that flaps makes one line a minute
 * for each state, and the last line tells the state that it is in.
 */
export class StateLog {
  readonly #options: StateLogOptions;
  /** By state, in the order in which they were last entered. */
  readonly #entries = new Map<string, Entries>();
  #state: string;
  #isCounting = false;

  /** `initial`: the state that is not worth a line as long as there was no other. */
  constructor(initial: string, options: StateLogOptions) {
    this.#state = initial;
    this.#options = options;
  }

  /** The thing is in this state; `line` says so. Nothing is told where it was already. */
  enter(state: string, line: string): void {
    const { log, signal } = this.#options;
    if (state === this.#state || signal.aborted) return;
    this.#state = state;
    const known = this.#entries.get(state);
    this.#entries.delete(state);
    if (known) {
      this.#entries.set(state, { line, times: known.times + 1, untold: known.untold + 1 });
    } else {
      log(line);
      this.#entries.set(state, { line, times: 1, untold: 0 });
    }
    this.#count();
  }

  #count(): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    const { clock, signal } = this.#options;
    const stop = () => cancel();
    const cancel = clock.after(periodMs, () => {
      signal.removeEventListener('abort', stop);
      this.#isCounting = false;
      this.#tellCounts();
    });
    signal.addEventListener('abort', stop);
  }

  #tellCounts(): void {
    const entries = [...this.#entries];
    this.#entries.clear();
    if (!entries.some(([, { untold }]) => untold > 0)) return;
    for (const [state, { line, times, untold }] of entries) {
      if (untold === 0 && state !== this.#state) continue;
      this.#options.log(untold === 0 ? line : `${line} (${timesWord(times)} in the last minute)`);
      this.#entries.set(state, { line, times: 0, untold: 0 });
    }
    this.#count();
  }
}

function timesWord(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
