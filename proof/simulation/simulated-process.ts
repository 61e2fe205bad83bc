import type { Clock } from '../../base/clock.ts';
import type { Machine } from './machine.ts';
import type { Sandbox } from './sandbox.ts';
import type { World } from './world.ts';

interface Callback {
  readonly kind: 'timer' | 'io';
  readonly run: () => void;
}

/**
 * A process: what the outside world calls back into it runs at once, waits while the process is frozen or its machine suspended, and
 * is lost once it has ended.
 */
export class SimulatedProcess {
  readonly clock: Clock;
  readonly #world: World;
  readonly #machine: Machine | Sandbox;
  #state: 'running' | 'frozen' | 'ended' = 'running';
  #held: Callback[] = [];

  constructor(world: World, machine: Machine | Sandbox) {
    this.#world = world;
    this.#machine = machine;
    this.clock = {
      monotonic: () => machine.monotonic(),
      wall: () => machine.wall(),
      after: (delayMs, callback) => this.#startTimer(delayMs, callback),
    };
    machine.onResume(() => this.#letGo());
  }

  get canRun(): boolean {
    return this.#state === 'running' && !this.#machine.isSuspended;
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** An answer or an event arrives from outside. */
  receive(run: () => void): void {
    this.#enter({ kind: 'io', run });
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.#letGo();
  }

  end(): void {
    this.#state = 'ended';
    this.#held = [];
  }

  #enter(callback: Callback): void {
    if (this.canRun) callback.run();
    else if (this.#state !== 'ended') this.#held.push(callback);
  }

  /** What waited happens a moment after the process runs again, so that it can be asked before. Whether timers come first is open. */
  #letGo(): void {
    if (!this.canRun) return;
    const held = this.#held;
    this.#held = [];
    const first = this.#world.random.chance(0.5) ? 'timer' : 'io';
    held.sort((one, other) => Number(other.kind === first) - Number(one.kind === first));
    for (const callback of held) this.#world.after(0.001, () => this.#enter(callback));
  }

  /** As setTimeout: whole milliseconds, at least one, on the monotonic clock. */
  #startTimer(delayMs: number, callback: () => void): () => void {
    const due = this.#machine.monotonic() + Math.max(1, Math.ceil(delayMs));
    let isOver = false;
    const fire = () => {
      if (isOver || this.hasEnded) return;
      this.#enter({ kind: 'timer', run: onTime });
    };
    const onTime = () => {
      if (isOver) return;
      if (this.#machine.monotonic() < due) {
        wait();
        return;
      }
      cancel();
      callback();
    };
    const wait = () => this.#world.at(this.#machine.timeOf(due), fire);
    const forget = this.#machine.onRateChange(wait);
    const cancel = () => {
      isOver = true;
      forget();
    };
    wait();
    return cancel;
  }
}
