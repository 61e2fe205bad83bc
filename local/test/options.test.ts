import assert from 'node:assert/strict';
import { join } from 'node:path';
import { projectFolder } from '../../infra/bundle.ts';
import { readOptions, usage } from '../../base/options.ts';
import { UserError } from '../../base/user-error.ts';
import { command, exampleOptions } from '../options.ts';

/** The example that these arguments ask for; null: they ask for help. */
function read(args: readonly string[]) {
  const options = readOptions(command, args);
  return options && exampleOptions(options);
}

describe('The options of npm start', () => {
  it('have the defaults of Pulumi.yaml, and the port that follows from the folder', () => {
    assert.deepEqual(read([]), {
      stateDir: join(projectFolder, '.embedded'),
      port: null,
      config: { replicas: '3', ttlSeconds: '10', lock: 'endpoints' },
    });
  });

  it('are read as given', () => {
    const args = '--replicas 5 --port 8080 --ttl 4s --lock leases --state-dir /tmp/state'.split(' ');
    assert.deepEqual(read(args), {
      stateDir: '/tmp/state',
      port: 8080,
      config: { replicas: '5', ttlSeconds: '4', lock: 'leases' },
    });
    assert.equal(read(['--ttl=7'])?.config.ttlSeconds, '7');
  });

  it('are all explained by --help', () => {
    assert.equal(read(['--port', '1', '--help']), null);
    assert.equal(read(['-h']), null);
    for (const option of ['--replicas', '--port', '--ttl', '--lock', '--state-dir', '--help'])
      assert.ok(usage(command).includes(`  ${option} `), option);
  });

  const mistakes: [string[], RegExp][] = [
    [['--replica', '5'], /'--replica'.*npm start -- --help/],
    [['5'], /'5'.*npm start -- --help/],
    [['--port'], /--port.*npm start -- --help/],
    [['--ttl', '-1'], /^Option '--ttl' argument is ambiguous\. .*npm start -- --help/],
    [['--help=1'], /--help.*npm start -- --help/],
    [['--replicas', '0'], /^--replicas is "0"; it must be a whole number from 1 to 100, such as: npm/],
    [['--replicas', '101'], /^--replicas is "101"/],
    [['--port', '0'], /^--port is "0"; it must be a whole number from 1 to 65535/],
    [['--port', '65536'], /^--port is "65536"/],
    [['--ttl', '2s'], /^--ttl is "2s"; it must be a whole number from 3 to 86400/],
    [['--ttl', '5m'], /^--ttl is "5m"/],
    [['--ttl', '86401'], /^--ttl is "86401"/],
    [['--replicas', ''], /^--replicas is ""/],
    [['--replicas', '1.5'], /^--replicas is "1.5"/],
    [['--port', '80a'], /^--port is "80a"/],
    [
      ['--state-dir', ''],
      /^--state-dir is ""; it must be a folder, such as: npm start -- --state-dir \/tmp\/example/,
    ],
    [['--state-dir'], /--state-dir.*npm start -- --help/],
    [['--lock', 'configmaps'], /^--lock is "configmaps"; it must be endpoints or leases/],
  ];
  for (const [args, message] of mistakes) {
    it(`refuse ${args.join(' ')}`, () => {
      assert.throws(
        () => read(args),
        (error) =>
          error instanceof UserError &&
          error.exitCode === 2 &&
          message.test(error.message) &&
          !error.message.includes('\n'),
      );
    });
  }
});
