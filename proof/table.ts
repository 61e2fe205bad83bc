import type { Figure } from './figure.ts';

const header = ['figure', 'measured', 'ratio', 'target', 'met'] as const;

/** The figures as a Markdown table, aligned for reading as it is. */
export function table(figures: readonly Figure[]): string {
  const rows = [header, ...figures.map(cells)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [first = [], ...others] = rows;
  return [line(first), rule, ...others.map(line)].join('\n');
}

function cells({ what, measured, ratio = '', target = '', met }: Figure): readonly string[] {
  return [what, measured, ratio, target, met === undefined ? '' : met ? 'yes' : 'NO'];
}
