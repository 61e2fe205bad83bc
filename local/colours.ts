import { styleText } from 'node:util';
import { WriteStream } from 'node:tty';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** The text in a style. */
export type Paint = (style: Style, text: string) => string;

export const colourless: Paint = (_, text) => text;

// Not every version of Node looks at the stream itself.
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/**
 * How a stream is to be painted: in colour where it is a terminal that has colours. NO_COLOR and NODE_DISABLE_COLORS forbid them, FORCE_COLOR
 * asks for them wherever it goes, as Node.js has it.
 */
export function paintFor({ isTTY }: { readonly isTTY?: boolean }, env = process.env): Paint {
  const mayHaveColours = isTTY === true || env['FORCE_COLOR'] !== undefined;
  return mayHaveColours && WriteStream.prototype.hasColors(env) ? coloured : colourless;
}
