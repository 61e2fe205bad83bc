import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '../infra/bundle.ts';
import { tableWith } from './markdown-table.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');
const withoutBackticks = (cell = '') => cell.replaceAll('`', '');

describe('The documentation of the configuration, in docs/stack.md', () => {
  it('has each key with its default as Pulumi.yaml has them, and no other', () => {
    const { config } = parse(read('Pulumi.yaml')) as {
      readonly config: Readonly<Record<string, { readonly default: unknown }>>;
    };
    assert.deepEqual(
      tableWith('key', read('docs/stack.md')).map((row) =>
        [row['key'], row['default']].map(withoutBackticks),
      ),
      Object.entries(config).map(([key, { default: byDefault }]) => [key, String(byDefault)]),
    );
  });
});
