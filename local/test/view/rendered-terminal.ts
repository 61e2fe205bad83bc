import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Terminal } from '@xterm/headless';
import type { TerminalStream } from '../../view/live-screen.ts';

// It is CommonJS whose names Node.js does not find by itself.
const xterm = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

/** A terminal that is as real as one in a window, but for the window: what is written to it can be read as a person would see it. */
export class RenderedTerminal implements TerminalStream {
  /** All that was written to it. */
  written = '';
  readonly #terminal: Terminal;
  readonly #events = new EventEmitter();

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(text: string): void {
    this.written += text;
    this.#terminal.write(text);
  }

  on(event: 'resize', listener: () => void): void {
    this.#events.on(event, listener);
  }

  off(event: 'resize', listener: () => void): void {
    this.#events.off(event, listener);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#events.emit('resize');
  }

  /** Its lines from the top, without the spaces at their ends, once all that was written has been drawn. */
  async lines(): Promise<string[]> {
    await this.#drawn();
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  /** Whether a line went on in the next, since it was too long. */
  async hasWrapped(): Promise<boolean> {
    await this.#drawn();
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.isWrapped).includes(true);
  }

  /** Whether it shows a picture of the whole screen, behind which what was there before waits. */
  async showsPicture(): Promise<boolean> {
    await this.#drawn();
    return this.#terminal.buffer.active.type === 'alternate';
  }

  async wraps(): Promise<boolean> {
    await this.#drawn();
    return this.#terminal.modes.wraparoundMode;
  }

  /** As the last that was said of it has it; a terminal does not tell. */
  get showsCursor(): boolean {
    return this.written.lastIndexOf('\u001b[?25h') >= this.written.lastIndexOf('\u001b[?25l');
  }

  #drawn(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
