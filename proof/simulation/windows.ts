import type { World } from './world.ts';

/** Conditions that hold for a while, each with a strength. */
export class Windows<Name extends string> {
  readonly #world: World;
  readonly #open = new Map<Name, { readonly until: number; readonly value: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  open(name: Name, forMs: number, value = 1): void {
    const until = this.#world.now + Math.round(forMs * 1000);
    this.#open.set(name, { until: Math.max(until, this.#open.get(name)?.until ?? 0), value });
  }

  /** The condition's strength; 0 while it does not hold. */
  value(name: Name): number {
    const window = this.#open.get(name);
    return window !== undefined && window.until > this.#world.now ? window.value : 0;
  }

  holds(name: Name): boolean {
    return this.value(name) > 0;
  }

  closeAll(): void {
    this.#open.clear();
  }
}
