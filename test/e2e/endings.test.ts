import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Child, endChildren } from '../../base/testing/child.ts';
import { eventually } from '../../base/testing/eventually.ts';
import { projectFolder } from '../../infra/bundle.ts';
import { family, npmStart, npmStartByNpm, reachable, running, withStateDir } from './npm-start.ts';

// Itself, the container shim, and two processes of its pod.
const expectedProcesses = 4;

describe('After npm start has ended', function () {
  this.timeout(60_000);
  afterEach(endChildren);

  async function nothingIsLeft(pids: readonly number[], stateDir: string): Promise<void> {
    assert.ok(pids.length >= expectedProcesses, `only ${pids.length} processes were found`);
    await eventually('no process left', () => running(pids).length === 0);
    await eventually('no file left', () => !existsSync(`${stateDir}/kubeconfig`));
  }

  it('by Ctrl-C, nothing of it is left', () =>
    withStateDir(async (stateDir) => {
      const start = await started(stateDir);
      const pids = family(start.pid);
      start.signal('SIGINT');
      assert.equal(await start.ended, 0, start.lines.join('\n'));
      await nothingIsLeft(pids, stateDir);
      assert.ok(!existsSync(stateDir));
    }));

  it('by SIGKILL, no process is left', () =>
    withStateDir(async (stateDir) => {
      const start = await started(stateDir);
      const pids = family(start.pid);
      start.signal('SIGKILL');
      await start.ended;
      await nothingIsLeft(pids, stateDir);
    }));

  it('since nobody reads what it tells, nothing of it is left', () =>
    withStateDir(async (stateDir) => {
      const line = `${process.execPath} local/start.mjs --state-dir ${stateDir} --replicas 1 --ttl 3 | head -n 1`;
      const shell = new Child('sh', ['-c', line], process.env, projectFolder);
      await shell.line(/ created /);
      const pids = family(shell.pid);
      assert.equal(await shell.ended, 0, shell.lines.join('\n'));
      assert.equal(shell.lines.length, 1, shell.lines.join('\n'));
      await eventually('no process left', () => running(pids).length === 0);
      assert.ok(!existsSync(stateDir));
    }));

  it('by SIGKILL for npm, no process is left', () =>
    withStateDir(async (stateDir) => {
      const npm = await started(stateDir, npmStartByNpm);
      const pids = family(npm.pid);
      npm.signal('SIGKILL');
      await nothingIsLeft(pids, stateDir);
    }));
});

async function started(stateDir: string, run = npmStart): Promise<Child> {
  const start = run('--state-dir', stateDir, '--replicas', '1', '--ttl', '3');
  await reachable(start);
  return start;
}
