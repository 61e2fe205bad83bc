/** Holds what happened until a test asks for it, in order. */
export class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  put(item: T): void {
    const taker = this.#waiting.shift();
    if (taker) taker(item);
    else this.#items.push(item);
  }

  /** The oldest thing not yet taken; waits for one. */
  take(): Promise<T> {
    const [item] = this.#items.splice(0, 1);
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item);
  }

  /** Takes until `wanted` accepts, and returns that. */
  async takeUntil(wanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const item = await this.take();
      if (wanted(item)) return item;
    }
  }

  /** All that is there to be taken. */
  takeAll(): T[] {
    return this.#items.splice(0);
  }

  /** How many things wait to be taken. */
  get size(): number {
    return this.#items.length;
  }
}
