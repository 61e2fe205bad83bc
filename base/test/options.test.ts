import assert from 'node:assert/strict';
import { readOptions, usage, type Command } from '../options.ts';
import { oneOf, text, wholeNumber } from '../rules.ts';
import { UserError } from '../user-error.ts';

const command = {
  command: 'npm run brew',
  summary: 'Brews.',
  options: {
    cups: { form: '--cups N', description: 'how many', rule: wholeNumber(1, 9), default: '2' },
    beanKind: {
      form: '--bean KIND',
      description: 'of what',
      rule: oneOf(['arabica', 'robusta']),
      default: 'robusta',
      defaultInWords: 'what there is',
    },
    filter: {
      form: '--filter-paper=FILE',
      description: 'through what',
      rule: text('a file', 'a.txt'),
      default: null,
    },
    for: { form: '--for NAME', short: 'f', description: 'for whom', rule: text('a name', 'ann') },
    add: { form: '--add WORD', description: 'what else', rule: oneOf(['milk', 'ice']), repeatable: true },
    quick: { form: '--quick', description: 'does not wait' },
  },
  remark: 'Ends with 0.',
} as const satisfies Command;

const byDefault = { cups: 2, beanKind: 'robusta', filter: null, for: 'bob', add: [], quick: false };

describe('A table of options', () => {
  const good: [string, object][] = [
    ['--for bob', {}],
    ['--for=bob --cups 9', { cups: 9 }],
    ['--for bob --cups 9 --cups=3', { cups: 3 }],
    ['--for bob --bean arabica', { beanKind: 'arabica' }],
    ['--for bob --filter-paper x', { filter: 'x' }],
    ['--for bob --add ice --add milk --add=ice', { add: ['ice', 'milk', 'ice'] }],
    ['--quick --for bob', { quick: true }],
    ['-f bob', {}],
  ];
  for (const [args, differing] of good)
    it(`reads ${args}`, () =>
      assert.deepEqual(readOptions(command, args.split(' ')), { ...byDefault, ...differing }));

  const wrong: [string, string][] = [
    ['', '--for is missing; it must be a name, such as: npm run brew -- --for ann'],
    ['--for=', '--for is ""; it must be a name, such as: npm run brew -- --for ann'],
    [
      '--for bob --cups 10',
      '--cups is "10"; it must be a whole number from 1 to 9, such as: npm run brew -- --cups 1',
    ],
    [
      '--for bob --bean tea',
      '--bean is "tea"; it must be arabica or robusta, such as: npm run brew -- --bean arabica',
    ],
    [
      '--for bob --add ice --add x',
      '--add is "x"; it must be milk or ice, such as: npm run brew -- --add milk',
    ],
    ['--cup 3', "Unknown option '--cup'. The options: npm run brew -- --help"],
    ['--beanKind x', "Unknown option '--beanKind'. The options: npm run brew -- --help"],
    ['tea', "Unexpected argument 'tea'. The options: npm run brew -- --help"],
    ['--cups', "Option '--cups <value>' argument missing. The options: npm run brew -- --help"],
    ['--quick=1', "Option '--quick' does not take an argument. The options: npm run brew -- --help"],
  ];
  for (const [args, message] of wrong)
    it(`refuses ${args || 'nothing'}, in one line that says what to type`, () =>
      assert.throws(
        () =>
          readOptions(
            command,
            args.split(' ').filter((arg) => arg !== ''),
          ),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.deepEqual([error.message, error.exitCode], [message, 2]);
          return true;
        },
      ));

  for (const args of [['--help'], ['-h'], ['--cups', 'none', '--help']])
    it(`gives way to help: ${args.join(' ')}`, () => assert.equal(readOptions(command, args), null));

  it('is explained by --help', () =>
    assert.equal(
      usage(command),
      `Brews.

npm run brew -- [OPTIONS]

  --cups N             how many; default: 2
  --bean KIND          of what; default: what there is
  --filter-paper=FILE  through what
  -f, --for NAME       for whom; required
  --add WORD           what else; as often as you like
  --quick              does not wait
  --help               prints this

Ends with 0.
`,
    ));

  it('without any takes no argument', () => {
    const bare = { command: 'npm run rest', summary: 'Rests.', options: {} };
    assert.deepEqual(readOptions(bare, []), {});
    assert.throws(() => readOptions(bare, ['x']), UserError);
    assert.throws(() => readOptions(bare, ['--x']), UserError);
  });
});
