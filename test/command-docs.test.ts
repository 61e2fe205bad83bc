import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSubcommand } from '../elector/src/command/run.ts';
import { projectFolder } from '../infra/bundle.ts';
import { tableWith } from './markdown-table.ts';

describe('docs/command.md', () => {
  const text = readFileSync(join(projectFolder, 'docs/command.md'), 'utf8');

  it('has the options of run, with their defaults', () => {
    const rows = tableWith('option', text).map(({ option = '', default: byDefault = '' }) => [
      option.replaceAll('`', ''),
      byDefault.replaceAll('`', ''),
    ]);
    const options = Object.values(runSubcommand.options).map((option) => [
      option.form,
      'defaultInWords' in option ? option.defaultInWords : 'default' in option ? option.default : 'required',
    ]);
    assert.deepEqual(rows, options);
  });

  it('has the variables that a command finds in its environment', () => {
    const source = readFileSync(join(projectFolder, 'elector/src/command/command-in-terms.ts'), 'utf8');
    const documented = tableWith('variable', text).map(({ variable = '' }) => variable.replaceAll('`', ''));
    const set = [...source.matchAll(/\bLEADER_ELECTION_\w+/g)].map(([name]) => name);
    assert.deepEqual(documented.sort(), set.sort());
  });
});
