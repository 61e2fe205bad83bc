import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';
import { tableWith } from './markdown-table.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

/** The scripts that a text names as one runs them: `npm start`, `npm test`, `npm run NAME`. */
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/(?:^|`|&& |\| )npm (?:run (?:--silent )?)?([a-z][a-z:0-9]*)/gm)].map(
    ([, name = '']) => name,
  );
}

const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

describe('The documentation of the commands', () => {
  it('has each script of package.json in the table of CONTRIBUTING.md', () => {
    const rows = tableWith('command', read('CONTRIBUTING.md')).map((row) => Object.values(row).join(' '));
    const missing = Object.keys(scripts).filter((name) => !scriptsIn(rows.join('\n')).includes(name));
    assert.deepEqual(missing, []);
  });

  const ownCommands = ['ci', 'install', 'pack', 'publish', 'version', 'view'];
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/stack.md',
    'docs/troubleshooting.md',
    'docs/migration.md',
    'docs/your-app.md',
    'docs/safety.md',
    'docs/bench.md',
    'docs/chaos.md',
  ]) {
    it(`names no script that there is not: ${file}`, () => {
      const unknown = scriptsIn(read(file)).filter(
        (name) => !(name in scripts) && !ownCommands.includes(name),
      );
      assert.deepEqual(unknown, []);
    });
  }
});
