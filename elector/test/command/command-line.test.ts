import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { startBundle } from '../sidecar/elector-process.ts';
import { endChildren } from '../../../base/testing/child.ts';
import { version } from '../../src/version.ts';

const main = fileURLToPath(new URL('../../dist/command/main.mjs', import.meta.url));
const name = 'k8s-leader-elector';

describe('The command line of k8s-leader-elector', () => {
  afterEach(endChildren);

  const start = (...args: readonly string[]) =>
    startBundle(main, args, { HOME: undefined, KUBECONFIG: undefined, KUBERNETES_SERVICE_HOST: undefined });

  const wrong: [args: string[], line: string][] = [
    [[], `the command is missing; it must be run, status or resign, such as: ${name} status --help`],
    [['lead'], `"lead" is no command; it must be run, status or resign, such as: ${name} status --help`],
    [
      ['status'],
      '--election is missing; it must be a name of lower case letters, digits, "-" and "." (RFC 1123), at most 253 characters, ' +
        `such as: ${name} status --election example`,
    ],
    [['status', '--elect', 'x'], `Unknown option '--elect'. The options: ${name} status --help`],
    [
      ['run', '--election', 'x', '--ttl', '2s', '--', 'true'],
      `--ttl is "2s"; it must be a Go duration of whole seconds from 3s to 24h, such as: ${name} run --ttl 1m30s`,
    ],
    [
      ['run', '--election', 'x', '--grace-period', 'long', '--', 'true'],
      `--grace-period is "long"; it must be a Go duration up to 24h, such as: ${name} run --grace-period 20s`,
    ],
    [
      ['run', '--election', 'x', '--lock', 'configmaps', '--', 'true'],
      `--lock is "configmaps"; it must be leases or endpoints, such as: ${name} run --lock leases`,
    ],
    ...[
      ['run', '--election', 'x'],
      ['run', '--election', 'x', 'true'],
      ['run', '--election', 'x', '--'],
    ].map((args): [string[], string] => [
      args,
      `COMMAND is missing; it comes after --, such as: ${name} run --election example -- node worker.js`,
    ]),
  ];
  for (const [args, line] of wrong)
    it(`names what is wrong in "${args.join(' ')}", in one line, and ends with 2`, async () => {
      const command = start(...args);
      assert.equal(await command.ended, 2);
      assert.deepEqual(command.lines, [line]);
    });

  it('says in one line that there are no credentials, and ends with 1', async () => {
    for (const args of [
      ['status', '--election', 'x'],
      ['resign', '--election', 'x'],
      ['run', '--election', 'x', '--', 'true'],
    ]) {
      const command = start(...args);
      assert.equal(await command.ended, 1);
      assert.match(command.lines.join('\n'), /^no credentials: .*$/);
    }
  });

  it('prints its help, that of each command, and its version', async () => {
    for (const [args, pattern] of [
      [['--help'], /k8s-leader-elector run --election NAME -- COMMAND/],
      [['run', '--help'], /k8s-leader-elector run \[OPTIONS\] -- COMMAND \[ARGUMENTS\]/],
      [['status', '--help'], /--watch/],
      [['resign', '--help'], /It takes the lock itself/],
      [['--version'], new RegExp(`^${version.replaceAll('.', '\\.')}$`)],
    ] as const) {
      const command = start(...args);
      assert.equal(await command.ended, 0);
      assert.match(command.lines.join('\n'), pattern);
    }
  });

  it('leaves what comes after -- to the command', async () => {
    const command = start('run', '--election', 'x', '--', 'true', '--help', '--election');
    await command.line(/^no credentials/);
  });
});
