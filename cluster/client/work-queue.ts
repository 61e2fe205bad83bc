import { ApiStatusError } from '../api-server/api.ts';
import type { Clock } from '../../base/clock.ts';

// Kubernetes' own limits for a controller's retries.
const firstRetryMs = 5;
const longestRetryMs = 1_000_000;

/**
 * Keys of objects to look at, each at most once at a time: many changes of one object make one reconciliation. A
 * reconciliation that the API refuses is tried again, later each time; any other error is a bug and ends the process.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #reconcile: (key: string) => number | undefined;
  readonly #waiting = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #delayed = new Map<string, () => void>();
  #wakeUp: NodeJS.Immediate | undefined;

  /** @param reconcile looks at the object of a key; returns in how many milliseconds to do so again, if at all */
  constructor(clock: Clock, reconcile: (key: string) => number | undefined) {
    this.#clock = clock;
    this.#reconcile = reconcile;
  }

  /** Has the object of `key` looked at soon, but never before the caller's own work is done. */
  add(key: string): void {
    this.#waiting.add(key);
    this.#wakeUp ??= setImmediate(() => this.#work());
  }

  /** Drops what is waiting. */
  stop(): void {
    clearImmediate(this.#wakeUp);
    for (const cancel of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting.clear();
  }

  #work(): void {
    this.#wakeUp = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) this.#process(key);
  }

  #process(key: string): void {
    this.#delayed.get(key)?.();
    this.#delayed.delete(key);
    const againMs = this.#attempt(key);
    if (againMs !== undefined) this.#addAfter(key, againMs);
  }

  #attempt(key: string): number | undefined {
    try {
      const againMs = this.#reconcile(key);
      this.#failures.delete(key);
      return againMs;
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      return Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
    }
  }

  #addAfter(key: string, delayMs: number): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, cancel);
  }
}

/** The key of a namespaced object. */
export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/** The namespace and the name in a key. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
