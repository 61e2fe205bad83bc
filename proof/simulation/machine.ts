import type { World } from './world.ts';

/**
 * The slowest and the fastest clock, as shares of true time. The documented bound is the third of rule 4: the fastest must run
 * less than half as fast again as the slowest.
 */
export const slowestRate = 0.82;
export const fastestRate = 1.22;

const startOfWall = Date.UTC(2026, 0, 1);

/** What the clocks showed at one true time, from which they run at one rate. */
interface Anchor {
  /** Microseconds. */
  readonly time: number;
  /** Milliseconds. */
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * A machine and its clocks. The monotonic clock stands still while the machine is suspended, the wall clock runs on. The wall clock can
 * be stepped; not back within `guardMs` of a suspension, since then no clock would tell how much time has passed.
 */
export class Machine {
  readonly #world: World;
  readonly #guardMs: number;
  readonly #onResume: (() => void)[] = [];
  readonly #onRateChange = new Set<() => void>();
  #rate: number;
  #anchor: Anchor;
  #isSuspended = false;
  /** How many pauses there are at this moment, of the machine or of a part of it. */
  #pauses = 0;
  #lastPause = -Infinity;
  #lastStepBack = -Infinity;

  constructor(world: World, rate: number, guardMs: number) {
    this.#world = world;
    this.#rate = rate;
    this.#guardMs = guardMs;
    this.#anchor = {
      time: world.now,
      monotonic: Math.floor(world.random.between(1_000, 1_000_000)),
      wall: startOfWall + Math.floor(world.random.between(-30_000, 30_000)),
    };
  }

  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  monotonic(): number {
    return this.#isSuspended ? this.#anchor.monotonic : this.#monotonicAt(this.#world.now);
  }

  wall(): number {
    return Math.floor(this.#exactWall());
  }

  /** The true time from which the monotonic clock shows `monotonic`, if the machine runs until then, and at this rate. */
  timeOf(monotonic: number): number {
    let time = this.#anchor.time + Math.ceil(((monotonic - this.#anchor.monotonic) / this.#rate) * 1000);
    while (this.#monotonicAt(time) < monotonic) time += 1;
    return time;
  }

  /** Returns whether it was suspended by this. */
  suspend(): boolean {
    if (this.isSuspended || !this.beginPause()) return false;
    this.#reanchor();
    this.#isSuspended = true;
    return true;
  }

  resume(): void {
    if (!this.#isSuspended) return;
    this.#reanchor();
    this.#isSuspended = false;
    this.endPause();
    for (const callback of this.#onResume) callback();
  }

  /** Some clock stands still from here on; returns false where the wall clock was set back a short while ago. */
  beginPause(): boolean {
    if (this.#isRecent(this.#lastStepBack)) return false;
    this.#pauses += 1;
    return true;
  }

  endPause(): void {
    this.#pauses -= 1;
    this.#lastPause = this.#world.now;
  }

  onResume(callback: () => void): void {
    this.#onResume.push(callback);
  }

  /** Both clocks run at `rate` from here on. */
  changeRate(rate: number): void {
    this.#reanchor();
    this.#rate = rate;
    for (const callback of [...this.#onRateChange]) callback();
  }

  /** Calls back whenever what `timeOf` says has changed. Returns what ends that. */
  onRateChange(callback: () => void): () => void {
    this.#onRateChange.add(callback);
    return () => this.#onRateChange.delete(callback);
  }

  /** Returns whether the wall clock was stepped. */
  stepWall(ms: number): boolean {
    if (ms < 0) {
      if (this.#pauses > 0 || this.#isRecent(this.#lastPause)) return false;
      this.#lastStepBack = this.#world.now;
    }
    this.#anchor = { ...this.#anchor, wall: this.#anchor.wall + Math.round(ms) };
    return true;
  }

  #reanchor(): void {
    this.#anchor = { time: this.#world.now, monotonic: this.monotonic(), wall: this.#exactWall() };
  }

  #isRecent(time: number): boolean {
    return this.#world.now - time < this.#guardMs * 1000;
  }

  #exactWall(): number {
    return this.#anchor.wall + ((this.#world.now - this.#anchor.time) * this.#rate) / 1000;
  }

  #monotonicAt(time: number): number {
    return Math.floor(this.#anchor.monotonic * 1000 + (time - this.#anchor.time) * this.#rate) / 1000;
  }
}
