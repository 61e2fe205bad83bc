import { createHash } from 'node:crypto';
import { EventQueue } from './event-queue.ts';
import { Random } from '../random.ts';

// As many events without time passing are a loop that never ends.
const mostStepsAtOnce = 20_000;

/** An invariant does not hold. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * The one true time, what happens in it, and the history. Time is whole microseconds. Nothing here or on top of it uses a real timer
 * or real I/O: what is to happen is an event in one queue, and what an event sets going in promises is over before the next.
 * So the same seed gives the same history.
 */
export class World {
  readonly random: Random;
  /** How often each thing happened. */
  readonly counts = new Map<string, number>();
  /** The history's lines, where they are kept. */
  readonly lines: string[] = [];
  readonly #queue = new EventQueue();
  readonly #hash = createHash('sha256');
  readonly #keepsLines: boolean;
  #now = 0;
  #steps = 0;
  #stepsNow = 0;

  constructor(seed: number, keepsLines: boolean) {
    this.random = new Random(seed);
    this.#keepsLines = keepsLines;
  }

  /** The true time in microseconds. */
  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Lets `action` happen at `time`, or now where that is past. */
  at(time: number, action: () => void): void {
    this.#queue.add(Math.max(time, this.#now), action);
  }

  /** Lets `action` happen `ms` milliseconds from now. */
  after(ms: number, action: () => void): void {
    this.at(this.#now + Math.round(ms * 1000), action);
  }

  /**
   * Lets things happen until `time` inclusive, or until `isOver`; `afterStep` is called after each, once it has had its
   * effects.
   */
  async run(time: number, afterStep: () => void, isOver: () => boolean = () => false): Promise<void> {
    while (this.#queue.nextTime <= time && !isOver()) {
      const event = this.#queue.take();
      if (event === undefined) break;
      this.#advance(event.time);
      event.action();
      await settled();
      afterStep();
    }
    if (!isOver()) this.#now = Math.max(this.#now, time);
    await settled();
  }

  #advance(time: number): void {
    this.#steps += 1;
    this.#stepsNow = time > this.#now ? 0 : this.#stepsNow + 1;
    if (this.#stepsNow > mostStepsAtOnce)
      throw new InvariantViolation('liveness: endless activity without time passing');
    this.#now = time;
  }

  /** Adds a line to the history. */
  record(line: string): void {
    const timed = `${(this.#now / 1e6).toFixed(6)} ${line}`;
    this.#hash.update(timed).update('\n');
    if (this.#keepsLines) this.lines.push(timed);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** The history's fingerprint. Ends the history. */
  fingerprint(): string {
    return this.#hash.digest('hex');
  }
}

/** Once all promises have gone on as far as they can: Node runs every microtask before the next immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
