import type { Machine } from './machine.ts';

/**
 * A part of a machine that can be suspended by itself, as the checkpoint of one container or a sandbox with a clock of its own can: its
 * monotonic clock stands still meanwhile, the wall clock is the machine's.
 */
export class Sandbox {
  readonly #machine: Machine;
  readonly #onResume: (() => void)[] = [];
  /** What its monotonic clock is behind the machine's, in milliseconds. */
  #behindMs = 0;
  /** The machine's monotonic time at which it was suspended; null while it runs. */
  #suspendedAt: number | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get isSuspended(): boolean {
    return this.#suspendedAt !== null || this.#machine.isSuspended;
  }

  monotonic(): number {
    return (this.#suspendedAt ?? this.#machine.monotonic()) - this.#behindMs;
  }

  wall(): number {
    return this.#machine.wall();
  }

  /** As `Machine.timeOf`; a microsecond later, since sums of fractions may fall short. */
  timeOf(monotonic: number): number {
    return this.#machine.timeOf(monotonic + this.#behindMs + 0.001);
  }

  /** Returns whether it was suspended by this. */
  suspend(): boolean {
    if (this.isSuspended || !this.#machine.beginPause()) return false;
    this.#suspendedAt = this.#machine.monotonic();
    return true;
  }

  resume(): void {
    if (this.#suspendedAt === null) return;
    this.#behindMs += this.#machine.monotonic() - this.#suspendedAt;
    this.#suspendedAt = null;
    this.#machine.endPause();
    if (!this.isSuspended) for (const callback of this.#onResume) callback();
  }

  onResume(callback: () => void): void {
    this.#onResume.push(callback);
    this.#machine.onResume(() => {
      if (!this.isSuspended) callback();
    });
  }

  onRateChange(callback: () => void): () => void {
    return this.#machine.onRateChange(callback);
  }
}
