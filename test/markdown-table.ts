import assert from 'node:assert/strict';

/** The rows of the table in `markdown` whose first column is headed `first`: heading to cell. Fails where there is none, or more. */
export function tableWith(first: string, markdown: string): Record<string, string>[] {
  const tables = markdown.split(/\n(?!\|)/).filter((block) => block.trimStart().startsWith(`| ${first} |`));
  assert.equal(tables.length, 1, `tables whose first column is "${first}"`);
  const [headings = [], , ...rows] = (tables[0] ?? '').trim().split('\n').map(cells);
  return rows.map((row) => {
    assert.equal(row.length, headings.length, row.join(' | '));
    return Object.fromEntries(headings.map((heading, column) => [heading, row[column] ?? '']));
  });
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
