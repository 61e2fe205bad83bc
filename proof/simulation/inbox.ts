/** What arrives on a stream, for one reader: items in their order, then its end or an error. */
export class Inbox<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #ended: { readonly error?: Error } | null = null;
  #wake: () => void = () => {};

  put(item: T): void {
    if (this.#ended === null) this.#items.push(item);
    this.#wake();
  }

  end(error?: Error): void {
    this.#ended ??= error === undefined ? {} : { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) yield item;
      if (this.#ended?.error !== undefined) throw this.#ended.error;
      if (this.#ended !== null) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
