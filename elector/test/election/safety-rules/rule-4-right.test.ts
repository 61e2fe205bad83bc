import assert from 'node:assert/strict';
import { lease, renewDeadline, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('Safety rule 4: the right comes from a successful conditional write alone', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('not from reading its own name', async () => {
    store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a-uid');
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { error: new Error('timeout') } : undefined);
    });
    await clock.advance(5_000);
    assert.equal(a.elector.isLeader(), false);
    assert.equal(a.elector.status().name, '');
  });

  it('not from a write whose answer was lost, although it happened', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    a.lock.fault = (verb) => (verb === 'update' ? { lostAnswer: new Error('timeout') } : undefined);
    await clock.advance(renewDeadline);
    assert.equal(holder(), 'a');
    assert.equal(a.elector.isLeader(), false);
  });

  it('not from a write that changed nothing', async () => {
    clock.stepWall(-clock.wall());
    const time = new Date(0);
    store.setRecord(
      { holderIdentity: 'a', leaseDurationSeconds: 15, acquireTime: time, renewTime: time },
      'a-uid',
    );
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    assert.deepEqual(a.lock.requests, ['get', 'update', 'watch']);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(1000);
    assert.ok(a.elector.isLeader());
  });

  it('from the moment it was sent, not from its answer', async () => {
    const a = await start(store, clock, 'a', {}, (lock) => {
      const answered = new Promise<void>((resolve) => void clock.after(1_500, resolve));
      lock.fault = (verb) => (verb === 'create' ? { heldUntil: answered } : undefined);
    });
    await clock.advance(1_500);
    assert.equal(a.elector.status().validForMs, renewDeadline - 1_500);
  });

  it('and an answer that comes after the right would have ended gives none', async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'create' ? { heldUntil: promise } : undefined);
    });
    await clock.advance(0);
    clock.jump(renewDeadline);
    a.lock.fault = () => ({ error: new Error('timeout') });
    resolve();
    await settle();
    assert.equal(holder(), 'a');
    assert.equal(a.elector.isLeader(), false);
  });

  it('and ends a third of a lease before any other may take the lock', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const b = await start(store, clock, 'b');
    a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
    let saidNoAt: number | null = null;
    const began = clock.monotonic();
    while (!b.elector.isLeader()) {
      await clock.advance(100);
      if (!a.elector.isLeader()) saidNoAt ??= clock.monotonic() - began;
    }
    assert.equal(saidNoAt, renewDeadline);
    assert.equal(clock.monotonic() - began, lease);
  });
});
