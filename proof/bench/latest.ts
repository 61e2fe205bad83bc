/** The latest of the values that something says, each with its time of arrival by `performance.now()`. */
export class Latest<Value> {
  readonly #listeners = new Set<() => void>();
  #said: { readonly value: Value; readonly at: number } | null = null;

  say(value: Value): void {
    this.#said = { value, at: performance.now() };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves with the time of arrival of the first value that matches: the latest one, or one that is yet to come. */
  when(matches: (value: Value) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#said === null || !matches(this.#said.value)) return;
        this.#listeners.delete(look);
        resolve(this.#said.at);
      };
      this.#listeners.add(look);
      look();
    });
  }
}
