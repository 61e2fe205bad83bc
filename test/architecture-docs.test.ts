import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';
import { tableWith } from './markdown-table.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

/** A function or method of a source file, its comment included; null where there is none of that name. */
function functionIn(source: string, name: string): string | null {
  const lines = source.split('\n');
  const declaration = new RegExp(`^(\\s*)(export )?(static )?(async )?(function )?(get )?${name}(<.*>)?\\(`);
  const start = lines.findIndex((line) => declaration.test(line));
  if (start === -1) return null;
  const indent = declaration.exec(lines[start] ?? '')?.[1] ?? '';
  const end = lines.findIndex((line, at) => at > start && line === `${indent}}`);
  let first = start;
  while (/^\s*(\/\*\*|\*|\/\/)/.test(lines[first - 1] ?? '')) first -= 1;
  return lines.slice(first, end).join('\n');
}

/** The numbers of the rules that a text names. */
function rulesIn(text: string): string[] {
  return [...text.matchAll(/[Rr]ules? ((?:\d(?:, | and )?)+)/g)].flatMap(
    ([, numbers = '']) => numbers.match(/\d/g) ?? [],
  );
}

describe('docs/architecture.md', () => {
  const rows = tableWith('Rule', read('docs/architecture.md')).map((row) => ({
    rule: row['Rule'] ?? '',
    file: /\]\(\.\.\/(.+)\)/.exec(row['File'] ?? '')?.[1] ?? '',
    functions: [...(row['Functions'] ?? '').matchAll(/`(.+?)`/g)].map(([, name = '']) => name),
  }));

  it('says where each of the nine rules is kept', () => {
    assert.deepEqual(
      [...new Set(rows.map(({ rule }) => rule))],
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    );
  });

  for (const { rule, file, functions } of rows) {
    it(`is right about rule ${rule} and ${file}`, () => {
      assert.ok(functions.length > 0);
      for (const name of functions) {
        const text = functionIn(read(file), name);
        assert.ok(text !== null, `${file} has no ${name}`);
        assert.ok(rulesIn(text).includes(rule), `${name} does not name rule ${rule}`);
      }
    });
  }
});
