/** Which lines of a log. */
export interface LogSelection {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  /** Only lines written at or after this moment, in milliseconds since 1970. */
  readonly since?: number;
}

interface Line {
  readonly time: number;
  readonly text: string;
}

const mostCharacters = 1_000_000;

/** What one run of a container wrote: the last million characters of it, line by line. */
export class ContainerLog {
  readonly #lines: Line[] = [];
  readonly #partial = { stdout: '', stderr: '' };
  readonly #readers = new Set<() => void>();
  #dropped = 0;
  #characters = 0;
  #ended = false;

  /** Adds output as it arrives, in pieces of any size. `time` is in milliseconds since 1970. */
  append(stream: 'stdout' | 'stderr', text: string, time: number): void {
    const lines = (this.#partial[stream] + text).split('\n');
    this.#partial[stream] = lines.pop() ?? '';
    for (const line of lines) this.#add({ time, text: line });
    this.#wakeReaders();
  }

  /** The container has ended: a last line without line end is complete, and readers that follow are done. */
  end(time: number): void {
    for (const text of Object.values(this.#partial)) if (text !== '') this.#add({ time, text });
    this.#ended = true;
    this.#wakeReaders();
  }

  /** The selected lines, without line ends. */
  async *read(selection: LogSelection, signal: AbortSignal): AsyncGenerator<string> {
    let next = this.#first(selection);
    for (;;) {
      next = Math.max(next, this.#dropped);
      const line = this.#lines[next - this.#dropped];
      if (signal.aborted) return;
      if (line) {
        next += 1;
        yield selection.timestamps ? `${new Date(line.time).toISOString()} ${line.text}` : line.text;
      } else if (this.#ended || !selection.follow) return;
      else await this.#change(signal);
    }
  }

  #add(line: Line): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    while (this.#characters > mostCharacters && this.#lines.length > 1) {
      this.#characters -= this.#lines.shift()?.text.length ?? 0;
      this.#dropped += 1;
    }
  }

  /** Number of the first selected line, counted from the first that was ever written. */
  #first({ since, tailLines }: LogSelection): number {
    const recent = since === undefined ? 0 : this.#lines.findIndex((line) => line.time >= since);
    const fromTime = recent === -1 ? this.#lines.length : recent;
    const fromTail = tailLines === undefined ? 0 : this.#lines.length - tailLines;
    return this.#dropped + Math.max(fromTime, fromTail, 0);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#readers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wakeReaders(): void {
    for (const wake of [...this.#readers]) wake();
  }
}
