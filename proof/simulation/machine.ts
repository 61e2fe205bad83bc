import type { World } from './world.ts';

/**
 * The slowest and the fastest clock, as shares of true time. The documented bound is the third of rule 4: the fastest must run
 * less than half as fast again as the slowest.
 */
export const slowestRate = 0.82;
export const fastestRate = 1.22;

const startOfWall = Date.UTC(2026, 0, 1);

/**
 * A machine and its clocks. The monotonic clock stands still while the machine is suspended, the wall clock runs on. The wall clock can
 * be stepped; not back within `guardMs` of a suspension, since then no clock would tell how much time has passed.
 */
export class Machine {
  readonly #world: World;
  readonly #rate: number;
  readonly #bootMonotonic: number;
  readonly #guardMs: number;
  readonly #onResume: (() => void)[] = [];
  #wallOffset: number;
  #suspendedAt: number | null = null;
  /** Microseconds of true time spent in suspension. */
  #suspendedFor = 0;
  #lastSuspension = -Infinity;
  #lastStepBack = -Infinity;

  constructor(world: World, rate: number, guardMs: number) {
    this.#world = world;
    this.#rate = rate;
    this.#guardMs = guardMs;
    this.#bootMonotonic = Math.floor(world.random.between(1_000, 1_000_000));
    this.#wallOffset = Math.floor(world.random.between(-30_000, 30_000));
  }

  get isSuspended(): boolean {
    return this.#suspendedAt !== null;
  }

  monotonic(): number {
    return this.#monotonicAt(this.#suspendedAt ?? this.#world.now);
  }

  wall(): number {
    return Math.floor(startOfWall + this.#wallOffset + (this.#world.now * this.#rate) / 1000);
  }

  /** The true time from which the monotonic clock shows `monotonic`, if the machine runs until then. */
  timeOf(monotonic: number): number {
    let time = Math.ceil(((monotonic - this.#bootMonotonic) / this.#rate) * 1000) + this.#suspendedFor;
    while (this.#monotonicAt(time) < monotonic) time += 1;
    return time;
  }

  /** Returns whether it was suspended by this. */
  suspend(): boolean {
    if (this.isSuspended || this.#isRecent(this.#lastStepBack)) return false;
    this.#suspendedAt = this.#world.now;
    return true;
  }

  resume(): void {
    if (this.#suspendedAt === null) return;
    this.#suspendedFor += this.#world.now - this.#suspendedAt;
    this.#suspendedAt = null;
    this.#lastSuspension = this.#world.now;
    for (const callback of this.#onResume) callback();
  }

  onResume(callback: () => void): void {
    this.#onResume.push(callback);
  }

  /** Returns whether the wall clock was stepped. */
  stepWall(ms: number): boolean {
    if (ms < 0) {
      if (this.isSuspended || this.#isRecent(this.#lastSuspension)) return false;
      this.#lastStepBack = this.#world.now;
    }
    this.#wallOffset += Math.round(ms);
    return true;
  }

  #isRecent(time: number): boolean {
    return this.#world.now - time < this.#guardMs * 1000;
  }

  #monotonicAt(time: number): number {
    return Math.floor(this.#bootMonotonic * 1000 + (time - this.#suspendedFor) * this.#rate) / 1000;
  }
}
