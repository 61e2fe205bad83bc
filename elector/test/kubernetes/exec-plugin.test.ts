import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExecPlugin } from '../../src/kubernetes/exec-plugin.ts';

const node = process.execPath;
const run = (script: string, rest: object = {}, timeoutMs?: number) =>
  runExecPlugin({ command: node, args: ['-e', script], ...rest }, timeoutMs);

describe('a credential plugin', () => {
  it('gives a token, or a certificate and its key', async () => {
    const status = { token: 't', clientCertificateData: 'c', clientKeyData: 'k' };
    const print = (answer: object) => `console.log(${JSON.stringify(JSON.stringify(answer))})`;
    assert.deepEqual(await run(print({ status })), status);
    const { token, clientKeyData } = await run(print({ status: { token: 't' } }));
    assert.deepEqual([token, clientKeyData], ['t', undefined]);
  });

  it('has the environment of the kubeconfig besides that of this process, and nothing to read', async () => {
    const script = `process.stdin.on('end', () => {
      console.log(JSON.stringify({ status: { token: process.env.ROLE + (process.env.PATH ? '!' : '') } }));
    }).resume()`;
    assert.equal((await run(script, { env: [{ name: 'ROLE', value: 'r' }] })).token, 'r!');
  });

  const failures: [string, () => Promise<unknown>, RegExp][] = [
    ['that is not named', () => runExecPlugin({ args: [] }), /^Error: exec plugin: no command is given$/],
    [
      'that does not exist',
      () => runExecPlugin({ command: '/none/plugin' }),
      /^Error: exec plugin \/none\/plugin: spawn .*ENOENT$/,
    ],
    [
      'that fails, by what it wrote',
      () => run('console.error("not logged in"); process.exit(1)'),
      /: not logged in$/,
    ],
    ['that fails without a word', () => run('process.exit(3)'), /: it ended with 3$/],
    ['that is killed', () => run('process.kill(process.pid, "SIGTERM")'), /: it ended with SIGTERM$/],
    ['that writes no JSON', () => run('console.log("hello")'), /: its answer is no ExecCredential$/],
    ['that writes no status', () => run('console.log("{}")'), /: its answer is no ExecCredential$/],
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
