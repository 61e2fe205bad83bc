import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasOthers, signalGroup } from '../../src/command/process-group.ts';
import { eventually } from '../../../base/testing/eventually.ts';

describe('A process group', () => {
  it('has others besides the one that began it until all have ended, and gets signals as a whole', async () => {
    const child = spawn('sh', ['-c', 'sleep 1000 & sleep 1000; true'], { detached: true, stdio: 'ignore' });
    const group = child.pid ?? 0;
    await eventually('a process beside the first', () => hasOthers(group));
    signalGroup(group, 'SIGKILL');
    await once(child, 'exit');
    await eventually('the end of all', () => !hasOthers(group));
    // To a group that is gone nothing is sent, and nothing is thrown.
    signalGroup(group, 'SIGTERM');
  });

  it('of which nobody knows anything has no others', () => assert.equal(hasOthers(2 ** 30), false));
});
