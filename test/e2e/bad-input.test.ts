import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { endChildren } from '../../base/testing/child.ts';
import { npmStart, withStateDir } from './npm-start.ts';

describe('npm start with something wrong', function () {
  this.timeout(60_000);
  afterEach(endChildren);

  it('names an option that it does not know, and ends with 2', async () => {
    const start = npmStart('--replica', '5');
    assert.equal(await start.ended, 2);
    assert.deepEqual(start.lines, ["Unknown option '--replica'. The options: npm start -- --help"]);
  });

  it('names a port that another program uses, and ends with 1', () =>
    withStateDir(async (stateDir) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const port = String((other.address() as AddressInfo).port);
      const start = npmStart('--state-dir', stateDir, '--port', port);
      assert.equal(await start.ended, 1);
      other.close();
      assert.deepEqual(start.lines, [
        `cannot listen on port ${port} of 127.0.0.1: another program uses it. Choose another: --port PORT`,
      ]);
    }));

  it('names a folder that it cannot write, and ends with 1', () =>
    withStateDir(async (stateDir) => {
      await mkdir(dirname(stateDir), { recursive: true });
      await writeFile(stateDir, 'a file');
      const start = npmStart('--state-dir', stateDir);
      assert.equal(await start.ended, 1);
      assert.equal(start.lines.length, 1, start.lines.join('\n'));
      assert.match(
        start.lines[0] ?? '',
        /^the folder .*state cannot be written: .*Choose another: --state-dir DIR$/,
      );
    }));

  it('names a kubeconfig of somebody else in its folder, leaves it alone, and ends with 1', () =>
    withStateDir(async (stateDir) => {
      await mkdir(`${stateDir}/kubeconfig`, { recursive: true });
      const start = npmStart('--state-dir', stateDir);
      assert.equal(await start.ended, 1);
      assert.deepEqual(start.lines, [
        `the folder ${stateDir} has a kubeconfig of somebody else. Choose another: --state-dir DIR` +
          ` (if nobody needs it: rm ${stateDir}/kubeconfig)`,
      ]);
      assert.deepEqual(await readdir(stateDir), ['kubeconfig']);
    }));

  it('prints its options when asked for help', async () => {
    const start = npmStart('--help');
    assert.equal(await start.ended, 0);
    for (const option of ['--replicas', '--port', '--ttl', '--lock', '--state-dir', '--help'])
      assert.ok(
        start.lines.some((line) => line.includes(option)),
        option,
      );
  });
});
