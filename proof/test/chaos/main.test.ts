import assert from 'node:assert/strict';
import { endChildren } from '../../../base/testing/child.ts';
import { startScript } from '../../../test/script.ts';

describe('npm run chaos', () => {
  afterEach(endChildren);

  it('names what it does not understand, in one line, and ends with 2', async () => {
    const chaos = startScript(['proof/chaos/main.ts', '--faults', 'many']);
    assert.equal(await chaos.ended, 2);
    assert.deepEqual(chaos.lines, [
      '--faults is "many"; it must be a whole number from 1 to 100000, such as: npm run chaos -- --faults 1',
    ]);
  });
});
