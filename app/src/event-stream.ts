/** One thing read from a `text/event-stream`. */
export type StreamItem =
  | { readonly type: 'event'; readonly data: string }
  /** A line that carries nothing: servers send them to show that they are there. */
  | { readonly type: 'comment' };

const longestItemCharacters = 64 * 1024;

/**
 * Reads a `text/event-stream` (WHATWG HTML, section 9.2.6) piece by piece. The fields `event`, `id` and `retry` are skipped:
 * the elector sends one kind of event and has no history.
 */
export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  #endedWithReturn = false;
  #partialLine = '';
  #data: string[] = [];

  /** Returns what `chunk` completed, in order. @throws Error when a line or an event exceeds 64 Ki characters */
  read(chunk: Uint8Array): StreamItem[] {
    return this.#completeLines(this.#decoder.decode(chunk, { stream: true })).flatMap((line) =>
      this.#readLine(line),
    );
  }

  #completeLines(decoded: string): string[] {
    if (decoded === '') return [];
    // A line may end in CR LF, and the two may come in two chunks.
    const text = this.#endedWithReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    this.#endedWithReturn = text.endsWith('\r');
    const lines = (this.#partialLine + text).split(/\r\n|\n|\r/);
    this.#partialLine = lines.pop() ?? '';
    if (this.#partialLine.length > longestItemCharacters)
      throw new Error('the stream sent a line without end');
    return lines;
  }

  #readLine(line: string): StreamItem[] {
    if (line === '') return this.#endEvent();
    if (line.startsWith(':')) return [{ type: 'comment' }];
    const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? [];
    if (field === 'data') this.#addData(value ?? '');
    return [];
  }

  #addData(value: string): void {
    this.#data.push(value);
    const length = this.#data.reduce((sum, line) => sum + line.length, 0);
    if (length > longestItemCharacters) throw new Error('the stream sent an event without end');
  }

  #endEvent(): StreamItem[] {
    if (this.#data.length === 0) return [];
    const data = this.#data.join('\n');
    this.#data = [];
    return [{ type: 'event', data }];
  }
}
