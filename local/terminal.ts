import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Lines for people on stdout, in colour where that is a terminal that has colours (which NO_COLOR and others forbid). */
export class Terminal {
  readonly #coloured = process.stdout.isTTY && process.stdout.hasColors();

  /** The text in a style. */
  readonly style = (style: Style, text: string): string =>
    // Not every version of Node looks at the stream itself.
    this.#coloured ? styleText(style, text, { validateStream: false }) : text;

  /** Writes one line. */
  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }
}

/** A duration as people read it: `41 ms`, `3.0 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
