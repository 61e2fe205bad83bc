import assert from 'node:assert/strict';
import { ExpiredError } from '../../../src/election/resource-lock.ts';
import { lease, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('Safety rule 3: what vanished counts as held', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  const isGone = () => store.object === null;

  it('by its last holder: a candidate puts it back for that one, and waits out the lease from then on', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    await start(store, clock, 'a');
    await clock.advance(8_000);
    store.remove();
    await clock.advance(retryPeriod - 1);
    assert.ok(isGone());
    await clock.advance(1);
    assert.equal(holder(), 'other');
    assert.equal(store.object?.holderUid, null, 'nobody leads on by it');
    await clock.advance(9_999);
    assert.equal(holder(), 'other');
    await clock.advance(1);
    assert.equal(holder(), 'a');
  });

  it('although it was away twice, and back in between unseen', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    const a = await start(store, clock, 'a');
    a.lock.fault = () => ({ error: new Error('partition') });
    store.remove();
    await clock.advance(8_000);
    a.lock.watchIsSilent = true;
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    await clock.advance(1_000);
    store.remove();
    a.lock.fault = () => undefined;
    await clock.advance(9_000);
    assert.equal(a.elector.isLeader(), false);
  });

  it('by another than this candidate, when its own right has ended', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    a.lock.watchIsSilent = true;
    a.lock.fault = () => ({ error: new Error('partition') });
    await clock.advance(lease);
    store.setRecord({ holderIdentity: 'b', leaseDurationSeconds: 15 }, 'b-uid');
    store.remove();
    a.lock.fault = () => undefined;
    await clock.advance(lease);
    assert.equal(a.elector.isLeader(), false);
  });

  it("though this candidate's own late create brought it back: the one who held it before may still lead", async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'create' ? { heldUntil: promise } : undefined);
    });
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    await settle();
    store.remove();
    resolve();
    await settle();
    assert.equal(holder(), 'a');
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(9_999);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(1);
    assert.equal(a.elector.isLeader(), true);
  });

  it('when only the record is gone, too', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    await start(store, clock, 'a');
    store.set({ kind: 'none' });
    await clock.advance(9_999);
    assert.equal(holder(), undefined);
    await clock.advance(1);
    assert.equal(holder(), 'a');
  });

  it('and its holder writes it again at once, in the same term', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    await start(store, clock, 'b');
    for (const vanish of [() => store.remove(), () => store.set({ kind: 'none' })]) {
      vanish();
      await clock.advance(0);
      assert.equal(holder(), 'a');
      assert.ok(a.elector.isLeader());
    }
    assert.equal(a.tokens.length, 1);
  });

  it('and what went back to an earlier state, as a restored etcd does: whoever held it may still lead', async () => {
    const released = store.setRecord({ holderIdentity: '', leaseDurationSeconds: 1 });
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    const a = await start(store, clock, 'a');
    await clock.advance(5_000);
    store.restore(released);
    a.lock.endWatch(new ExpiredError('too old resource version'));
    await clock.advance(5_000);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(4_000);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(2_000);
    assert.ok(a.elector.isLeader());
  });

  it('and went back to a record of its own: whoever held it since may still lead', async () => {
    const own = store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a-uid');
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    const a = await start(store, clock, 'a');
    await clock.advance(5_000);
    store.restore(own);
    a.lock.endWatch(new ExpiredError('too old resource version'));
    await clock.advance(9_900);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(1_000);
    assert.ok(a.elector.isLeader());
  });

  it('and went back to a record of its own after it was seen released: another may have acquired it unseen', async () => {
    const own = store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a-uid');
    store.setRecord({ holderIdentity: '' });
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { error: new Error('timeout') } : undefined);
    });
    await clock.advance(100);
    store.restore(own);
    a.lock.fault = () => undefined;
    a.lock.endWatch(new ExpiredError('too old resource version'));
    await clock.advance(lease - 100);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(1_000);
    assert.ok(a.elector.isLeader());
  });

  it('and went back to a release after it had been deleted: whoever held it may still lead', async () => {
    const released = store.setRecord({ holderIdentity: '', leaseDurationSeconds: 1 });
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 }, 'other-uid');
    const a = await start(store, clock, 'a');
    a.lock.endWatch(new ExpiredError('too old resource version'));
    store.remove();
    await clock.advance(100);
    store.restore(released);
    a.lock.endWatch(new ExpiredError('too old resource version'));
    await clock.advance(9_900);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(2_000);
    assert.ok(a.elector.isLeader());
  });

  it('by somebody unknown, who is not named, when it was released before: another may have acquired it unseen', async () => {
    store.setRecord({ holderIdentity: '' });
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { error: new Error('timeout') } : undefined);
    });
    store.remove();
    await clock.advance(retryPeriod);
    a.lock.fault = () => undefined;
    assert.notEqual(store.object, null);
    assert.equal(a.elector.status().name, '');
    await clock.advance(lease - 1);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(1);
    assert.ok(a.elector.isLeader());
  });
});
