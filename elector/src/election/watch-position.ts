import { ExpiredError, StatusError } from './resource-lock.ts';

// A watch may end at once for a passing reason, and not so again and again.
const mostFruitlessWatches = 3;

/** Where the next watch of a lock begins, for as long as the server may be thought to know that place. */
export class WatchPosition {
  /** null: the present state; undefined: unknown. */
  #resourceVersion: string | null | undefined;
  #fruitlessWatches = 0;

  /** Whether there is such a place. Where there is none, the lock must be read. */
  get isKnown(): boolean {
    return this.#resourceVersion !== undefined;
  }

  /** The version to watch from; null: from the present state. */
  get resourceVersion(): string | null {
    return this.#resourceVersion ?? null;
  }

  /** The lock was read: with this version, or null where there is no object. */
  set(resourceVersion: string | null): void {
    this.#resourceVersion = resourceVersion;
    this.#fruitlessWatches = 0;
  }

  /** A watch showed this version. @throws Error where it is below the one before: the server's state was put back */
  advance(resourceVersion: string): void {
    const before = this.#resourceVersion ?? null;
    if (before !== null && BigInt(resourceVersion) < BigInt(before)) {
      this.forget();
      throw new Error(`the watch went back from resourceVersion ${before} to ${resourceVersion}`);
    }
    this.set(resourceVersion);
  }

  /**
   * A watch from here failed, or ended without having shown anything (`error` is null). The place is given up where the same request
   * would meet the same again: the server refused it by its status, or it was in vain a few times.
   */
  wasFruitless(error: unknown): void {
    // The present state is always known to the server.
    if (this.resourceVersion === null) return;
    this.#fruitlessWatches += 1;
    const isRefused = error instanceof ExpiredError || error instanceof StatusError;
    if (isRefused || this.#fruitlessWatches >= mostFruitlessWatches) this.forget();
  }

  /** The place is not to be trusted any more. */
  forget(): void {
    this.#resourceVersion = undefined;
  }
}
