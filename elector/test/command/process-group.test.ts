import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEnded, seesOthers, signalGroup } from '../../src/command/process-group.ts';
import { eventually } from '../../../base/testing/eventually.ts';

describe('A process group', () => {
  it('has others besides the one that began it until all have ended, and gets signals as a whole', async () => {
    const group = begin('sleep 1000 & sleep 1000; true');
    await eventually('a process beside the first', () => seesOthers(group.pid));
    assert.equal(hasEnded(group.pid), false);
    signalGroup(group.pid, 'SIGKILL');
    await group.exited;
    await eventually('the end of all', () => hasEnded(group.pid));
    assert.equal(seesOthers(group.pid), false);
    // To a group that is gone nothing is sent, and nothing is thrown.
    signalGroup(group.pid, 'SIGTERM');
  });

  it('of which nobody knows anything has no others, and has ended', () => {
    assert.deepEqual([seesOthers(2 ** 30), hasEnded(2 ** 30)], [false, true]);
  });

  describe('where /proc does not show all', () => {
    let proc: string;

    beforeEach(async () => {
      proc = await mkdtemp(join(tmpdir(), 'proc-'));
    });
    afterEach(() => rm(proc, { recursive: true }));

    async function shows(file: string, text: string): Promise<void> {
      await mkdir(join(proc, file, '..'), { recursive: true });
      await writeFile(join(proc, file), text);
    }

    it('has not ended while the kernel knows it, though no process of it is seen, or zombies alone', async () => {
      const group = begin('sleep 1000');
      assert.equal(hasEnded(group.pid, join(proc, 'missing')), false);
      await shows('self/mounts', 'proc /proc proc rw,relatime,hidepid=invisible 0 0\n');
      assert.equal(hasEnded(group.pid, proc), false);
      await shows('2/stat', `2 (a) b) Z 1 ${group.pid} 1 0`);
      assert.equal(hasEnded(group.pid, proc), false);
      await shows('self/mounts', 'proc /proc proc rw,relatime 0 0\n');
      assert.equal(hasEnded(group.pid, proc), true);
      signalGroup(group.pid, 'SIGKILL');
      await group.exited;
      await eventually('the end of all', () => hasEnded(group.pid, join(proc, 'missing')));
    });

    it('has not ended while a process of it works whose first thread has ended', async () => {
      const group = begin('sleep 1000');
      await shows('self/mounts', 'proc /proc proc rw,relatime 0 0\n');
      const fields = (threads: number) =>
        ['Z', 1, group.pid, ...Array<number>(14).fill(0), threads, 0].join(' ');
      await shows('2/stat', `2 (worker) ${fields(2)}`);
      assert.equal(hasEnded(group.pid, proc), false);
      await shows('2/stat', `2 (worker) ${fields(1)}`);
      assert.equal(hasEnded(group.pid, proc), true);
      signalGroup(group.pid, 'SIGKILL');
      await group.exited;
    });
  });
});

/** Starts a shell that begins a group. */
function begin(script: string): { readonly pid: number; readonly exited: Promise<unknown> } {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
  return { pid: child.pid ?? 0, exited: once(child, 'exit') };
}
