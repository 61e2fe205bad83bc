interface QueuedEvent {
  readonly time: number;
  readonly order: number;
  readonly action: () => void;
}

/** Events by time; those of the same time in the order in which they were added. A binary heap. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #added = 0;

  get nextTime(): number {
    return this.#heap[0]?.time ?? Infinity;
  }

  add(time: number, action: () => void): void {
    const event = { time, order: this.#added++, action };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || isBefore(parent, event)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = event;
  }

  take(): QueuedEvent | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: QueuedEvent): void {
    let index = 0;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      if (left === undefined) break;
      const goRight = right !== undefined && isBefore(right, left);
      const child = goRight ? right : left;
      if (isBefore(event, child)) break;
      this.#heap[index] = child;
      index = 2 * index + (goRight ? 2 : 1);
    }
    this.#heap[index] = event;
  }
}

function isBefore(one: QueuedEvent, other: QueuedEvent): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
