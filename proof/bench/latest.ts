// No lease that is waited out here is nearly as long.
const patienceMs = 60_000;

/** The latest of the values that something says, each with its time of arrival by `performance.now()`. */
export class Latest<Value> {
  readonly #listeners = new Set<() => void>();
  #said: { readonly value: Value; readonly at: number } | null = null;

  say(value: Value): void {
    this.#said = { value, at: performance.now() };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls back with each value from here on. */
  onEach(listener: (value: Value) => void): void {
    this.#listeners.add(() => {
      if (this.#said !== null) listener(this.#said.value);
    });
  }

  /**
   * Resolves with the time of arrival of the first value that matches: the latest one, or one that is yet to come. Rejects where none
   * came for a minute.
   */
  when(matches: (value: Value) => boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#said === null || !matches(this.#said.value)) return;
        forget();
        resolve(this.#said.at);
      };
      const giveUp = () => {
        forget();
        reject(new Error(`waited a minute in vain; the latest was ${JSON.stringify(this.#said?.value)}`));
      };
      const timer = setTimeout(giveUp, patienceMs).unref();
      const forget = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }
}
