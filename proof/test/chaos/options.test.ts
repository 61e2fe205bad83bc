import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../base/command-line.ts';
import { readOptions, usage } from '../../chaos/options.ts';

describe('The options of npm run chaos', () => {
  it('are 200 faults on an embedded cluster, from a seed of their own', () => {
    const options = readOptions([]);
    assert.deepEqual({ ...options, seed: 0 }, { faults: 200, picture: 'chaos.svg', place: null, seed: 0 });
    assert.notEqual(options?.seed, readOptions([])?.seed);
  });

  it('are taken as they are given', () => {
    const picture = join(tmpdir(), 'a picture that is not there.svg');
    const args = ['--seed', '0', '--faults=12', '--context', 'kind', '--picture', picture];
    assert.deepEqual(readOptions(args), {
      seed: 0,
      faults: 12,
      place: { context: 'kind', namespace: null },
      picture,
    });
    assert.deepEqual(readOptions(['--context=kind', '--namespace=apps'])?.place, {
      context: 'kind',
      namespace: 'apps',
    });
  });

  it('are explained', () => {
    assert.equal(readOptions(['--help']), null);
    for (const option of ['--seed', '--faults', '--context', '--namespace', '--picture', '--help'])
      assert.ok(usage.includes(`  ${option} `), option);
  });

  const wrong: [string[], RegExp][] = [
    [['--fault', '3'], /^Unknown option '--fault'/],
    [['more'], /^Unexpected argument 'more'/],
    [['--seed', '-1'], /^Option '--seed' argument is ambiguous/],
    [['--seed', '4294967296'], /^--seed is "4294967296"; it must be a whole number from 0 to 4294967295$/],
    [['--faults', '0'], /^--faults is "0"; it must be a whole number from 1 to 100000$/],
    [['--faults', '1e3'], /^--faults is "1e3"/],
    [['--context', ''], /^--context is empty/],
    [['--context', 'kind', '--namespace', ''], /^--namespace is empty/],
    [['--namespace', 'apps'], /^--namespace goes with --context NAME/],
    [['--picture', ''], /^--picture is empty/],
    [['--picture', tmpdir()], /^--picture is ".*", which is a folder/],
    [
      ['--picture', join(tmpdir(), 'no', 'such', 'x.svg')],
      /^--picture is ".*", which cannot be written \(ENOENT\)$/,
    ],
  ];
  for (const [args, message] of wrong)
    it(`are refused in one line: ${args.join(' ').replace(tmpdir(), 'TMPDIR')}`, () => {
      assert.throws(
        () => readOptions(args),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
});
