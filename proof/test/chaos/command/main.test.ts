import assert from 'node:assert/strict';
import { endChildren } from '../../../../base/testing/child.ts';
import { startScript } from '../../../../test/script.ts';

describe('npm run chaos:command', () => {
  afterEach(endChildren);

  it('names what it does not understand, in one line, and ends with 2', async () => {
    const chaos = startScript(['proof/chaos/command/main.ts', '--faults', 'many']);
    assert.equal(await chaos.ended, 2);
    assert.deepEqual(chaos.lines, [
      '--faults is "many"; it must be a whole number from 1 to 100000, such as: npm run chaos:command -- --faults 1',
    ]);
  });

  it('ends with 0 where everything was as promised', async () => {
    const chaos = startScript(['proof/chaos/command/main.ts', '--faults', '1', '--seed', '4']);
    assert.equal(await chaos.ended, 0, chaos.lines.join('\n'));
    assert.ok(chaos.lines.includes('overlaps          0'), chaos.lines.join('\n'));
  });
});
