import type { ChaosFaultKind } from '../chaos-faults.ts';

/** How a fault looks: a bar for as long as it lasts, or a mark where it happened. */
export interface Look {
  readonly shape: 'bar' | 'cross' | 'triangle' | 'line';
  readonly className: string;
}

const looks: Record<ChaosFaultKind, Look> = {
  'elector killed': { shape: 'cross', className: 'mark killed' },
  'elector and app killed': { shape: 'cross', className: 'mark killed' },
  'pod deleted': { shape: 'triangle', className: 'mark deleted' },
  'elector frozen': { shape: 'bar', className: 'frozen' },
  'elector and app frozen': { shape: 'bar', className: 'frozen' },
  'partition, refusing': { shape: 'bar', className: 'cut' },
  'partition, silent': { shape: 'bar', className: 'cut' },
  'API server down': { shape: 'bar', className: 'cut' },
  'API server silent': { shape: 'bar', className: 'cut' },
  'API server slow': { shape: 'bar', className: 'slow' },
  'lock deleted': { shape: 'line', className: 'mark lock' },
  'record deleted': { shape: 'line', className: 'mark lock' },
};

export function lookOf(kind: ChaosFaultKind): Look {
  return looks[kind];
}

const markSize = 4;

/** A box; a `title` is shown where the reader points at it. */
export function box(
  className: string,
  x: number,
  y: number,
  width: number,
  height: number,
  title = '',
): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect class="${className}" ${place}${closing('rect', title)}`;
}

/** A mark with its middle at a point; `height` is that of a line. */
export function mark({ shape, className }: Look, x: number, y: number, height: number, title = ''): string {
  const size = markSize;
  const paths = {
    bar: '',
    cross: `M${-size} ${-size}L${size} ${size}M${-size} ${size}L${size} ${-size}`,
    triangle: `M${-size} ${-size}H${size}L0 ${size}Z`,
    line: `M0 ${-height / 2}V${height / 2}`,
  };
  const place = `transform="translate(${round(x)} ${round(y)})"`;
  return `<path class="${className}" d="${paths[shape]}" ${place}${closing('path', title)}`;
}

/** A line of text from a point on. */
export function label(className: string, x: number, y: number, text: string, anchor = 'start'): string {
  const place = `x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"`;
  return `<text class="${className}" ${place}>${escaped(text)}</text>`;
}

function closing(element: string, title: string): string {
  return title === '' ? '/>' : `><title>${escaped(title)}</title></${element}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
