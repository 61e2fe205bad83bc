import type { WriteStream } from 'node:tty';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Lines for people, in colour where they are read on a terminal and NO_COLOR is not set. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream | WriteStream;
  readonly #coloured: boolean;

  constructor(stream: NodeJS.WriteStream | WriteStream = process.stdout, env = process.env) {
    this.#stream = stream;
    this.#coloured = stream.isTTY && !env['NO_COLOR'];
  }

  /** The text in a style. */
  readonly style = (style: Style, text: string): string => {
    const [on, off] = codes[style];
    return this.#coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };

  /** Writes one line. */
  line(text = ''): void {
    this.#stream.write(`${text}\n`);
  }
}

/** A duration as people read it: `41 ms`, `3.0 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
