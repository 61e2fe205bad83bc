import assert from 'node:assert/strict';
import { CommandSuite, firstWorkAt, lastWorkAt, leasePath, runs, workerPid } from './command-process.ts';
import { refuse } from '../kubernetes/api-server.ts';
import { eventually } from '../../../base/testing/eventually.ts';

const collection = leasePath.slice(0, leasePath.lastIndexOf('/'));

describe('k8s-leader-elector resign', () => {
  let suite: CommandSuite;

  beforeEach(async () => {
    suite = await CommandSuite.start();
  });
  afterEach(() => suite.stop());

  const resign = () => suite.command('resign', '--election', 'example');
  const hold = (holderIdentity: string) =>
    suite.server.objects.post(collection, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'example', namespace: 'default' },
      spec: { holderIdentity, leaseDurationSeconds: 1, leaseTransitions: 4 },
    });

  it('takes the lock from whoever holds it, keeps it for that lease, and releases it', async () => {
    hold('kube-scheduler');
    const resigning = resign();
    await resigning.line(/^took leases default\/example from kube-scheduler; nobody leads for 1 s$/);
    assert.match(suite.lease?.holderIdentity ?? '', /^resign_/);
    assert.equal(suite.lease?.leaseTransitions, 5);
    assert.equal(suite.lease.leaseDurationSeconds, 1);
    assert.equal(await resigning.ended, 0);
    assert.equal(resigning.lines.at(-1), 'released leases default/example');
    assert.equal(suite.lease.holderIdentity, '');
  });

  it('ends the term of a leader of this project, whose command has ended before another runs', async () => {
    const leader = suite.run('a');
    const worker = await workerPid(leader);
    const resigning = resign();
    await leader.line(/stopped leading/);
    await eventually('the end of the command', () => !runs(worker));
    const standby = suite.run('b');
    const began = await Promise.race([firstWorkAt(standby), leader.line(/^works/, leader.lines.length)]);
    assert.equal(await resigning.ended, 0);
    if (typeof began === 'number') assert.ok(lastWorkAt(leader) < began);
  });

  it('asks again where the leader renewed meanwhile', async () => {
    hold('kube-scheduler');
    suite.server.fault(({ method }) => method === 'PUT', refuse(409, 'Conflict'));
    assert.equal(await resign().ended, 0);
  });

  it('ends with 1, and writes nothing, where nobody leads', async () => {
    hold('');
    const resigning = resign();
    assert.equal(await resigning.ended, 1);
    assert.deepEqual(resigning.lines, ['nobody leads: leases default/example was released']);
    assert.ok(suite.server.requests.every(({ method }) => method === 'GET'));
  });
});
