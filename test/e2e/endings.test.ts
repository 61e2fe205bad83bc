import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { endChildren, type Child } from '../../base/testing/child.ts';
import { eventually } from '../../base/testing/eventually.ts';
import { family, npmStart, npmStartByNpm, reachable, running, withStateDir } from './npm-start.ts';

// Itself, the container shim, and two processes for each of two pods.
const expectedProcesses = 6;

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

  it('by SIGKILL for npm, no process is left', () =>
    withStateDir(async (stateDir) => {
      const npm = await started(stateDir, npmStartByNpm);
      const pids = family(npm.pid);
      npm.signal('SIGKILL');
      await nothingIsLeft(pids, stateDir);
    }));
});

async function started(stateDir: string, run = npmStart): Promise<Child> {
  const start = run('--state-dir', stateDir, '--replicas', '2', '--ttl', '3');
  await reachable(start);
  return start;
}
