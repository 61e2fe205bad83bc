import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExecPlugin } from '../../src/kubernetes/exec-plugin.ts';
import type { KubeconfigCluster, ExecConfig } from '../../src/kubernetes/kube-context.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const exec: ExecConfig = {
  command: process.execPath,
  args: [],
  env: {},
  apiVersion,
  installHint: '',
  provideClusterInfo: false,
  interactiveMode: 'Never',
};
const cluster: KubeconfigCluster = {
  name: 'here',
  server: 'https://a.example',
  certificateAuthority: null,
  insecureSkipTlsVerify: false,
  tlsServerName: '',
  proxyUrl: '',
  disableCompression: false,
  execConfig: undefined,
};
const run = (script: string, rest: Partial<ExecConfig> = {}, timeoutMs?: number) =>
  runExecPlugin({ ...exec, args: ['-e', script], ...rest }, { cluster, certificateAuthority: '' }, timeoutMs);
/** A plugin that answers this. */
const print = (answer: object) =>
  `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', apiVersion, ...answer }))})`;

describe('a credential plugin', () => {
  it('gives a token, or a certificate and its key, and says when they run out', async () => {
    const pair = { token: 't', clientCertificateData: 'c', clientKeyData: 'k' };
    const expirationTimestamp = '2026-01-01T00:00:00Z';
    const expiresAt = Date.UTC(2026, 0, 1);
    assert.deepEqual(await run(print({ status: { ...pair, expirationTimestamp } })), { ...pair, expiresAt });
    const none = { clientCertificateData: '', clientKeyData: '', expiresAt: null };
    assert.deepEqual(await run(print({ status: { token: 't' } })), { token: 't', ...none });
  });

  it('has the environment of the kubeconfig besides that of this process, and nothing to read', async () => {
    const script = `process.stdin.on('end', () => {
      const status = { token: process.env.ROLE + (process.env.PATH ? '!' : '') };
      console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${apiVersion}', status }));
    }).resume()`;
    assert.equal((await run(script, { env: { ROLE: 'r' } })).token, 'r!');
  });

  const failures: [string, () => Promise<unknown>, RegExp][] = [
    [
      'that does not exist',
      () => run('', { command: '/none/plugin', installHint: 'install it' }),
      /^Error: exec plugin \/none\/plugin: spawn .*ENOENT; install it$/,
    ],
    [
      'that fails, by what it wrote',
      () => run('console.error("not logged in"); process.exit(1)'),
      /: not logged in$/,
    ],
    ['that fails without a word', () => run('process.exit(3)'), /: it ended with 3$/],
    ['that is killed', () => run('process.kill(process.pid, "SIGTERM")'), /: it ended with SIGTERM$/],
    ['that writes no JSON', () => run('console.log("hello")'), /: its answer is no ExecCredential$/],
    ['that writes something else', () => run('console.log("{}")'), /: its answer is no ExecCredential$/],
    ['that writes no status', () => run(print({})), /: its answer has no status$/],
    ['that gives nothing', () => run(print({ status: {} })), /: its answer has neither a token nor a cert/],
    [
      'that gives a certificate without its key',
      () => run(print({ status: { clientCertificateData: 'c' } })),
      /: its answer has only one of certificate and key$/,
    ],
    [
      'that says a time which is none',
      () => run(print({ status: { token: 't', expirationTimestamp: 'soon' } })),
      /: its expirationTimestamp is no time: soon$/,
    ],
    [
      'of another version',
      () => run(print({ apiVersion: 'client.authentication.k8s.io/v1beta1', status: { token: 't' } })),
      /: it was asked for client.authentication.k8s.io\/v1, and answered .*v1beta1$/,
    ],
    [
      'that must ask on a terminal',
      () => run('', { interactiveMode: 'Always' }),
      /: its interactiveMode is Always, and there is no terminal/,
    ],
    [
      'that writes without end',
      () => run('setInterval(() => process.stdout.write("x".repeat(65536)), 1)'),
      /: it writes without end$/,
    ],
  ];
  for (const [what, fail, message] of failures) {
    it(`is named where it is one ${what}`, () => assert.rejects(fail, message));
  }

  it('is killed when it does not end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'elector-'));
    try {
      const file = join(folder, 'pid');
      const script = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
      await assert.rejects(run(script, {}, 5000), /: it did not end within 5000 ms$/);
      const pid = Number(await readFile(file, 'utf8'));
      assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
