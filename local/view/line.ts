import type { Paint, Style } from '../colours.ts';
import { printable } from '../printable.ts';

/** A piece of a line, in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line of the screen, from left to right. */
export type Line = readonly Span[];

export const blank: Line = [];

export function line(text: string, style?: Style): Line {
  return [{ text, ...(style && { style }) }];
}

/** The line with no more than `columns` (at least 1) characters; where some had to go, the last one that is left says so: `…`. */
export function cut(spans: Line, columns: number): Line {
  if (widthOf(spans) <= columns) return spans;
  let left = columns - 1;
  const kept = spans.map((span) => {
    const text = Array.from(span.text).slice(0, Math.max(0, left)).join('');
    left -= Array.from(span.text).length;
    return { ...span, text };
  });
  return [...kept, { text: '…' }];
}

/** The text in exactly `columns` characters. */
export function cell(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const [{ text: fitting } = { text: '' }, { text: ellipsis } = { text: '' }] = cut(line(text), columns);
  const whole = `${fitting}${ellipsis}`;
  const padding = ' '.repeat(Math.max(0, columns - Array.from(whole).length));
  return align === 'left' ? whole + padding : padding + whole;
}

/** The text in lines of at most `columns` characters, broken between words, and within those that are longer. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, columns))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (Array.from(longer).length <= columns) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

/** The line as it is written to a terminal. */
export function painted(spans: Line, paint: Paint): string {
  return spans
    .map(({ text, style }) => (style === undefined ? printable(text) : paint(style, printable(text))))
    .join('');
}

/** How many characters a line has. */
export function widthOf(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + Array.from(text).length, 0);
}

function pieces(word: string, columns: number): string[] {
  const characters = Array.from(word);
  const starts = Array.from(
    { length: Math.max(1, Math.ceil(characters.length / columns)) },
    (_, index) => index * columns,
  );
  return starts.map((start) => characters.slice(start, start + columns).join(''));
}
