import assert from 'node:assert/strict';
import {
  CommandSuite,
  firstWorkAt,
  guardOf,
  lastWorkAt,
  leasePath,
  runs,
  workerPid,
} from './command-process.ts';
import { hang } from '../kubernetes/api-server.ts';
import type { Child } from '../../../base/testing/child.ts';
import { eventually } from '../../../base/testing/eventually.ts';

describe('The command of k8s-leader-elector run has ended before another runs, although', () => {
  let suite: CommandSuite;
  let leader: Child;
  let standby: Child;
  let worker: number;

  beforeEach(async () => {
    suite = await CommandSuite.start();
    leader = suite.runStubborn('a');
    worker = await workerPid(leader);
    standby = suite.run('b');
    await standby.line(/new leader elected leader=a/);
  });
  afterEach(() => suite.stop());

  /** The other leads now, and had to wait until the first had ended. */
  async function assertNoOverlap(): Promise<void> {
    const began = await firstWorkAt(standby);
    assert.equal(runs(worker), false);
    assert.ok(lastWorkAt(leader) < began);
  }

  it('the elector is frozen', async () => {
    leader.signal('SIGSTOP');
    await assertNoOverlap();
    // It wakes as a standby, which learns that its command is gone.
    leader.signal('SIGCONT');
    await leader.line(/new leader elected leader=b/);
    leader.signal('SIGTERM');
    assert.equal(await leader.ended, 0);
  });

  it('the elector is killed', async () => {
    const guard = guardOf(worker);
    leader.signal('SIGKILL');
    await assertNoOverlap();
    await eventually('the end of the guard', () => !runs(guard));
  });

  it('its guard is killed: then it is killed too, and begins again under another', async () => {
    const lines = leader.lines.length;
    process.kill(guardOf(worker), 'SIGKILL');
    const next = await workerPid(leader, lines);
    assert.equal(runs(worker), false);
    assert.notEqual(guardOf(next), guardOf(process.pid));
    assert.equal(suite.lease?.holderIdentity, 'a');
  });

  it('its guard is frozen, and cannot confirm what it was told', async () => {
    const lines = leader.lines.length;
    process.kill(guardOf(worker), 'SIGSTOP');
    await leader.line(/^got SIGTERM$/);
    // It has its grace period now, since the lock is kept. A stubborn one would use all of that.
    process.kill(worker, 'SIGKILL');
    await workerPid(leader, lines);
    assert.equal(suite.lease?.holderIdentity, 'a');
  });

  it('the command itself is frozen, and the elector with it', async () => {
    process.kill(worker, 'SIGSTOP');
    leader.signal('SIGSTOP');
    await assertNoOverlap();
  });

  it('the API server does not answer, until another has the lock', async () => {
    suite.server.fault(
      ({ method, body }) => method === 'PUT' && JSON.stringify(body).includes('"a"'),
      hang,
      Infinity,
    );
    await assertNoOverlap();
    assert.ok(leader.lines.includes('got SIGTERM'), 'it was asked to end before it was killed');
  });

  it('somebody else writes the lock', async () => {
    const lease = suite.server.objects.read(leasePath);
    assert.ok(lease);
    suite.server.objects.overwrite(leasePath, {
      ...lease,
      spec: { ...(lease['spec'] as object), holderIdentity: 'c' },
    });
    await leader.line(/stopped leading/);
    await eventually('the end of the command', () => !runs(worker));
  });
});
