import { textOf } from '../../../base/error-text.ts';
import { ForbiddenError, NotFoundError } from './resource-lock.ts';

/** What a candidate does and fails at, as long as it does not succeed again. */
export class Failures {
  readonly #onError: (error: Error) => void;
  readonly #present = new Map<object, Error>();

  /** `onError` is told of each failure once, not at each try that ends in the same way. */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** What failed last; null where nothing fails at present. */
  get last(): Error | null {
    return [...this.#present.values()].at(-1) ?? null;
  }

  /** What fails at present and will not pass by itself: there is no right to it (403), or no such namespace (404). null: nothing of the kind. */
  get refusal(): Error | null {
    const isRefusal = (error: Error) => error instanceof ForbiddenError || error instanceof NotFoundError;
    return [...this.#present.values()].findLast(isRefusal) ?? null;
  }

  /** `who`, one of those who make requests, has failed. */
  failed(who: object, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(textOf(thrown));
    const before = this.#present.get(who);
    if (before?.message === error.message) return;
    this.#present.delete(who);
    this.#present.set(who, error);
    this.#onError(error);
  }

  /** `who` has succeeded. */
  succeeded(who: object): void {
    this.#present.delete(who);
  }
}
