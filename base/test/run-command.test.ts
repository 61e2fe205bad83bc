import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { Child, endChildren } from '../testing/child.ts';

/** Runs this as the main function of a command. */
function start(main: string): Child {
  const program = `
    import { runCommand } from './run-command.ts';
    import { usageError, UserError } from './user-error.ts';
    await runCommand(async () => { ${main} });`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  return new Child(process.execPath, args, { ...process.env }, dirname(import.meta.dirname));
}

describe('A command', () => {
  afterEach(endChildren);

  const cases: [string, string, number, string[]][] = [
    ['ends with 0 once its work is done', '', 0, []],
    ['ends with what its work comes to', 'return 1', 1, []],
    [
      'ends with 1 where its user can set it right, and says how',
      `throw new UserError('no lid')`,
      1,
      ['no lid'],
    ],
    ['ends with 2 where it was called wrongly, and says how', `throw usageError('no -x')`, 2, ['no -x']],
  ];
  for (const [what, main, code, lines] of cases)
    it(what, async () => {
      const command = start(main);
      assert.equal(await command.ended, code);
      assert.deepEqual(command.lines, lines);
    });

  it('ends with 1 and the stack of an error that nobody expected', async () => {
    const command = start(`throw new TypeError('a mistake')`);
    assert.equal(await command.ended, 1);
    assert.equal(command.lines[0], 'TypeError: a mistake');
    assert.match(command.lines[1] ?? '', /^ +at /);
  });
});
