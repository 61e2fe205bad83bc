import assert from 'node:assert/strict';
import { ConflictError } from '../../../src/election/resource-lock.ts';
import { retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('LeaderElector acquires', () => {
  let { store, clock, record, holder } = newElection();
  beforeEach(() => ({ store, clock, record, holder } = newElection()));

  it('at once where there is no object', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
    assert.equal(holder(), 'a');
    assert.equal(record().leaderTransitions, 0);
    assert.equal(record().leaseDurationSeconds, 15);
    assert.equal(store.object?.holderUid, 'a-uid');
  });

  it('at once an object without a record', async () => {
    store.set({ kind: 'none' });
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
  });

  it('at once a released lock, as one transition more', async () => {
    store.setRecord({ holderIdentity: '', leaseDurationSeconds: 1, leaderTransitions: 4 });
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
    assert.equal(record().leaderTransitions, 5);
  });

  it('at once a lock that is released while it watches', async () => {
    store.setRecord({ holderIdentity: 'other' });
    const a = await start(store, clock, 'a');
    await clock.advance(1000);
    assert.equal(a.elector.isLeader(), false);
    store.setRecord({ holderIdentity: '' });
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
  });

  it('an expired lock at the moment its lease has run out, and not before', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10, leaderTransitions: 2 });
    const a = await start(store, clock, 'a');
    await clock.advance(9_999);
    assert.equal(holder(), 'other');
    await clock.advance(1);
    assert.equal(holder(), 'a');
    assert.equal(record().leaderTransitions, 3);
    assert.ok(a.elector.isLeader());
  });

  it('after a conflict, once it has read the lock again', async () => {
    store.setRecord({ holderIdentity: '' });
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.watchIsSilent = true;
      lock.fault = (verb) => {
        if (verb === 'update' && lock.requests.filter((r) => r === 'update').length === 1)
          store.setRecord({ holderIdentity: '', leaderTransitions: 1 });
        return undefined;
      };
    });
    await clock.advance(0);
    assert.deepEqual(a.lock.requests, ['get', 'update', 'watch', 'get', 'update']);
    assert.ok(a.elector.isLeader());
  });

  it('no faster than every retryPeriod, when each write meets a conflict that no read explains', async () => {
    store.setRecord({ holderIdentity: '' });
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { error: new ConflictError('409') } : undefined);
    });
    await clock.advance(10 * retryPeriod);
    const updates = a.lock.requests.filter((request) => request === 'update').length;
    assert.ok(updates <= 12, `${updates} updates`);
  });

  it('alone: of many candidates one leads, and the others name it', async () => {
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => start(store, clock, name)));
    await clock.advance(10);
    assert.equal(all.filter(({ elector }) => elector.isLeader()).length, 1);
    for (const { elector } of all) assert.equal(elector.status().name, holder());
  });
});
