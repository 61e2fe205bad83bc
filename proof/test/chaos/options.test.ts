import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, usage } from '../../../base/options.ts';
import { UserError } from '../../../base/user-error.ts';
import { chaosOptions, command } from '../../chaos/options.ts';

/** What these arguments ask for; null: help. */
function read(args: readonly string[]) {
  const options = readOptions(command, args);
  return options && chaosOptions(options);
}

describe('The options of npm run chaos', () => {
  it('are 200 faults on an embedded cluster, from a seed of their own', () => {
    const options = read([]);
    assert.deepEqual({ ...options, seed: 0 }, { faults: 200, picture: 'chaos.svg', place: null, seed: 0 });
    assert.notEqual(options?.seed, read([])?.seed);
  });

  it('are taken as they are given', () => {
    const picture = join(tmpdir(), 'a picture that is not there.svg');
    const args = ['--seed', '0', '--faults=12', '--context', 'kind', '--picture', picture];
    assert.deepEqual(read(args), {
      seed: 0,
      faults: 12,
      place: { context: 'kind', namespace: null },
      picture,
    });
    assert.deepEqual(read(['--context=kind', '--namespace=apps'])?.place, {
      context: 'kind',
      namespace: 'apps',
    });
  });

  it('are explained', () => {
    assert.equal(read(['--help']), null);
    for (const option of ['--seed', '--faults', '--context', '--namespace', '--picture', '--help'])
      assert.ok(usage(command).includes(`  ${option} `), option);
  });

  const wrong: [string[], RegExp][] = [
    [['--fault', '3'], /^Unknown option '--fault'/],
    [['more'], /^Unexpected argument 'more'/],
    [['--seed', '-1'], /^Option '--seed' argument is ambiguous/],
    [
      ['--seed', '4294967296'],
      /^--seed is "4294967296"; it must be a whole number from 0 to 4294967295, such as: npm run chaos -- --seed 0$/,
    ],
    [
      ['--faults', '0'],
      /^--faults is "0"; it must be a whole number from 1 to 100000, such as: npm run chaos -- --faults 1$/,
    ],
    [['--faults', '1e3'], /^--faults is "1e3"/],
    [['--context', ''], /^--context is ""; it must be a name in the kubeconfig/],
    [['--context', 'kind', '--namespace', ''], /^--namespace is ""; it must be the name of one/],
    [['--namespace', 'apps'], /^--namespace goes with --context NAME/],
    [['--picture', ''], /^--picture is ""; it must be a file/],
    [['--picture', tmpdir()], /^--picture is ".*", which is a folder/],
    [
      ['--picture', join(tmpdir(), 'no', 'such', 'x.svg')],
      /^--picture is ".*", which cannot be written \(ENOENT\)$/,
    ],
  ];
  for (const [args, message] of wrong)
    it(`are refused in one line: ${args.join(' ').replace(tmpdir(), 'TMPDIR')}`, () => {
      assert.throws(
        () => read(args),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.equal(error.exitCode, 2);
          assert.match(error.message, message);
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
});
