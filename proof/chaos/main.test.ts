import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Child, endChildren } from '../../elector/test/child.ts';
import { projectFolder } from '../../infra/bundle.ts';

describe('npm run chaos', () => {
  afterEach(endChildren);

  const start = (...args: string[]) =>
    new Child(
      process.execPath,
      ['--import', 'tsx', join(projectFolder, 'proof', 'chaos', 'main.ts'), ...args],
      { ...process.env, NODE_V8_COVERAGE: undefined },
      projectFolder,
    );

  it('names what it does not understand, in one line, and ends with 2', async () => {
    const chaos = start('--faults', 'many');
    assert.equal(await chaos.ended, 2);
    assert.deepEqual(chaos.lines, ['--faults is "many"; it must be a whole number from 1 to 100000']);
  });
});
