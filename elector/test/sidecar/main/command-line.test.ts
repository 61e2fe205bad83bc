import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { flagNames } from '../../../src/sidecar/flags.ts';
import { startElector } from '../elector-process.ts';
import { TestCluster } from '../test-cluster.ts';
import { closeApps, startHealthyApp } from './app-beside.ts';

describe('The elector as a process', () => {
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());
  afterEach(closeApps);

  describe('refuses with code 2 and one line', () => {
    const wrong: [string, string[], RegExp][] = [
      [
        'an unknown flag',
        ['--election=example', '--colour=red'],
        /^--colour is not known; known are --election/,
      ],
      ['a bad value', ['--election=example', '--ttl=1s'], /^--ttl \(or ELECTOR_TTL\) is "1s"; it must be/],
      ['a missing election', [], /^--election \(or ELECTOR_ELECTION\) is missing/],
    ];
    for (const [what, args, message] of wrong) {
      it(what, async () => {
        const elector = startElector(args, await cluster.podEnvironment('a'));
        assert.equal(await elector.ended, 2);
        assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
        assert.match(elector.lines[0] ?? '', message);
        assert.equal(cluster.api.requests.length, 0);
      });
    }
  });

  it('prints its flags for --help, and ends with code 0', async () => {
    const elector = startElector(['--help'], {});
    assert.equal(await elector.ended, 0);
    for (const name of flagNames) assert.match(elector.lines.join('\n'), new RegExp(`--${name}=`));
  });

  it('takes its flags from the environment', async () => {
    const variables = { ELECTOR_ELECTION: 'example', ELECTOR_ID: 'from-env', ELECTOR_TTL: '1h' };
    startElector([], { ...(await cluster.podEnvironment('a')), ...variables });
    await cluster.heldBy('from-env');
  });

  it('logs one JSON object a line where it is told so', async () => {
    const elector = await cluster.elect('a', '1h', '--log-format=json');
    await elector.line(/successfully acquired lease/);
    elector.signal('SIGTERM');
    assert.equal(await elector.ended, 0);
    const messages = elector.lines.map((line) => (JSON.parse(line) as { message: string }).message);
    for (const message of ['successfully acquired lease', 'stopped leading', 'released the lock']) {
      assert.ok(messages.includes(message), elector.lines.join('\n'));
    }
  });

  describe('gives up with code 1 and one line', () => {
    const cases: [string, string[], () => NodeJS.ProcessEnv, RegExp][] = [
      [
        'where it finds no credentials',
        [],
        () => ({ HOME: cluster.folder }),
        /no credentials: set KUBECONFIG, /,
      ],
      [
        'where the kubeconfig does not exist',
        [],
        () => ({ KUBECONFIG: join(cluster.folder, 'none') }),
        /kubeconfig .*none does not exist/,
      ],
      [
        'where it is in no pod and is to use its credentials',
        ['--use-cluster-credentials'],
        () => ({ KUBECONFIG: join(cluster.folder, 'none') }),
        /KUBERNETES_SERVICE_HOST is not set/,
      ],
    ];
    for (const [what, args, environment, message] of cases) {
      it(what, async () => {
        const elector = startElector(['--election=example', ...args], environment());
        assert.equal(await elector.ended, 1);
        assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
        assert.match(elector.lines[0] ?? '', / ERROR cannot go on error=/);
        assert.match(elector.lines[0] ?? '', message);
      });
    }

    it('where it cannot write its token, before it serves', async () => {
      const env = await cluster.podEnvironment('a');
      const flags = ['--election=example', '--http=127.0.0.1:0', '--token-file=/none/token'];
      const elector = startElector(flags, env);
      assert.equal(await elector.ended, 1);
      assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
      assert.match(elector.lines[0] ?? '', /cannot write the token to --token-file=\/none\/token: ENOENT/);
      assert.equal(cluster.api.requests.length, 0);
    });

    it('where its port is in use', async () => {
      const { app } = await startHealthyApp();
      const { port } = app.address() as AddressInfo;
      const env = await cluster.podEnvironment('a');
      const elector = startElector(['--election=example', `--http=127.0.0.1:${port}`], env);
      assert.equal(await elector.ended, 1);
      assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
      assert.match(
        elector.lines[0] ?? '',
        new RegExp(`cannot serve on --http=127.0.0.1:${port}: .*EADDRINUSE`),
      );
      assert.equal(cluster.api.requests.length, 0);
    });
  });
});
