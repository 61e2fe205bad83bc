import { stripVTControlCharacters } from 'node:util';
import type { Size } from './size.ts';

/** A terminal to draw on, such as process.stdout. */
export interface TerminalStream {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

// Control sequences that xterm has and the others have from it: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
const alternateScreen = { enter: '\u001b[?1049h', leave: '\u001b[?1049l' };
const cursor = { hide: '\u001b[?25l', show: '\u001b[?25h' };
/** Off, a line that is too long all the same is cut: a name may have characters that take two columns. */
const wrapping = { off: '\u001b[?7l', on: '\u001b[?7h' };
/** Between the two a terminal that knows them draws nothing, and all at once after: https://contour-terminal.org/vt-extensions/synchronized-output/ */
const update = { begin: '\u001b[?2026h', end: '\u001b[?2026l' };
const clearScreen = '\u001b[2J';
const clearToEndOfLine = '\u001b[K';
const toLine = (index: number) => `\u001b[${index + 1};1H`;

/** What a terminal is taken to be that says 0, as some do that were not told their size. */
const usual: Size = { width: 80, height: 24 };

/**
 * The whole terminal as a picture, until it is closed; then it is as it was before. However this process ends, it closes it first; only SIGKILL
 * leaves no time for that.
 */
export class LiveScreen {
  readonly #stream: TerminalStream;
  readonly #onResize: () => void;
  #drawn: readonly string[] | null = null;
  #isOpen = false;

  /** `onResize`: the picture is to be drawn anew, since the terminal has another size. */
  constructor(stream: TerminalStream, onResize: () => void) {
    this.#stream = stream;
    this.#onResize = () => {
      this.#drawn = null;
      onResize();
    };
  }

  get size(): Size {
    return { width: this.#stream.columns || usual.width, height: this.#stream.rows || usual.height };
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#drawn = null;
    this.#stream.write(alternateScreen.enter + cursor.hide + wrapping.off);
    this.#stream.on('resize', this.#onResize);
    process.on('exit', this.close);
    // Before the error is printed, which would vanish with the picture.
    process.on('uncaughtExceptionMonitor', this.close);
  }

  /** Shows these lines, from the top. Writes only those that have changed, so that nothing flickers and what is selected stays so. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const drawn = this.#drawn;
    const height = Math.max(lines.length, drawn?.length ?? 0);
    const changed = Array.from({ length: height }, (_, index) => index).filter(
      (index) => drawn === null || drawn[index] !== lines[index],
    );
    if (changed.length === 0) return;
    const texts = changed.map((index) => `${toLine(index)}${this.#wholeLine(lines[index] ?? '')}`);
    const picture = `${drawn === null ? clearScreen : ''}${texts.join('')}`;
    this.#stream.write(update.begin + picture + update.end);
    this.#drawn = lines;
  }

  /** The line, and nothing behind it; where it fills the terminal, the cursor stands on its last character still, which would be cleared. */
  #wholeLine(text: string): string {
    const isFull = stripVTControlCharacters(text).length >= this.size.width;
    return isFull ? text : text + clearToEndOfLine;
  }

  readonly close = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.close);
    process.off('uncaughtExceptionMonitor', this.close);
    this.#stream.off('resize', this.#onResize);
    this.#stream.write(wrapping.on + cursor.show + alternateScreen.leave);
  };
}
