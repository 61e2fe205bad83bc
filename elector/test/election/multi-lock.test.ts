import assert from 'node:assert/strict';
import { MultiLock } from '../../src/election/multi-lock.ts';
import { ConflictError } from '../../src/election/resource-lock.ts';
import { lease, renewDeadline, renewPeriod, retryPeriod, start, type Candidate } from './candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { FaultyLock } from './faulty-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

describe('A candidate with two locks', () => {
  let clock: FakeClock;
  let firstStore: LockStore;
  let secondStore: LockStore;
  let first: FaultyLock;
  let second: FaultyLock;

  beforeEach(() => {
    clock = new FakeClock();
    [firstStore, secondStore] = [new LockStore(), new LockStore()];
    [first, second] = [new FaultyLock(firstStore), new FaultyLock(secondStore)];
  });

  const startOne = (identity = 'a'): Promise<Candidate> =>
    start(firstStore, clock, identity, { lock: new MultiLock(first, second) });

  const holderOf = ({ object }: LockStore) =>
    object?.reading.kind === 'record' ? object.reading.record.holderIdentity : null;
  const writesOf = ({ requests }: FaultyLock) =>
    requests.filter((verb) => verb === 'create' || verb === 'update');

  it('writes both, and leads by the second write', async () => {
    const a = await startOne();
    assert.deepEqual([holderOf(firstStore), holderOf(secondStore)], ['a', 'a']);
    assert.deepEqual(a.tokens, [secondStore.object?.resourceVersion]);
    assert.ok(a.elector.isLeader());
  });

  it('renews both', async () => {
    const a = await startOne();
    await clock.advance(10 * renewPeriod);
    assert.equal(writesOf(first).length, 11);
    assert.equal(writesOf(second).length, 11);
    assert.equal(a.tokens.length, 1);
  });

  it('has the right from the moment the first of the two writes was sent', async () => {
    const { promise, resolve } = deferred();
    first.fault = (verb) => (verb === 'create' ? { heldUntil: promise } : undefined);
    const a = await startOne();
    await clock.advance(1_000);
    resolve();
    await settle();
    assert.equal(a.elector.status().validForMs, renewDeadline - 1_000);
  });

  for (const [which, held, free] of [
    ['first', () => firstStore, () => secondStore],
    ['second', () => secondStore, () => firstStore],
  ] as const) {
    it(`waits out the lease of who holds the ${which} of them, and writes neither before`, async () => {
      held().setRecord({ holderIdentity: 'other', leaseDurationSeconds: lease / 1000 });
      const a = await startOne();
      assert.equal(a.elector.status().name, 'other');
      await clock.advance(lease - 1);
      assert.equal(free().object, null);
      assert.ok(!a.elector.isLeader());
      await clock.advance(1);
      assert.ok(a.elector.isLeader());
    });
  }

  it('does not lead when the second write meets a conflict, nor write it before both are free again', async () => {
    const { promise, resolve } = deferred();
    first.fault = (verb) => (verb === 'create' ? { heldUntil: promise } : undefined);
    const a = await startOne();
    // Seen by the watch while the first write is under way: what was decided before no longer holds.
    const others = secondStore.setRecord({ holderIdentity: 'other', leaseDurationSeconds: lease / 1000 });
    await settle();
    resolve();
    await settle();
    assert.equal(secondStore.object, others);
    assert.ok(!a.elector.isLeader());
    await clock.advance(lease - 1);
    assert.equal(secondStore.object, others);
    await clock.advance(1);
    assert.ok(a.elector.isLeader());
  });

  it('meets a conflict that nothing explains no more often than every retryPeriod', async () => {
    second.fault = (verb) => (verb === 'create' ? { error: new ConflictError('409') } : undefined);
    await startOne();
    await clock.advance(5 * retryPeriod);
    assert.ok(writesOf(second).length <= 7, String(writesOf(second).length));
    second.fault = () => undefined;
    await clock.advance(retryPeriod);
    assert.equal(holderOf(secondStore), 'a');
  });

  for (const [which, store, lock] of [
    ['first', () => firstStore, () => first],
    ['second', () => secondStore, () => second],
  ] as const) {
    it(`makes the ${which} anew at once when it is deleted, by a few writes, and leads on in the same term`, async () => {
      const a = await startOne();
      await clock.advance(300);
      store().remove();
      await settle();
      assert.equal(holderOf(store()), 'a');
      await clock.advance(10 * renewPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 1);
      assert.ok(writesOf(lock()).length <= 13, String(writesOf(lock()).length));
    });
  }

  it('acquires the second by itself when it holds the first since less than a second, from then on', async () => {
    second.fault = (verb) => (verb === 'create' ? { error: new ConflictError('409') } : undefined);
    const a = await startOne();
    second.fault = () => undefined;
    await clock.advance(300);
    secondStore.setRecord({ holderIdentity: '' });
    await settle();
    assert.deepEqual(a.tokens.length, 0);
    await clock.advance(retryPeriod);
    assert.equal(a.tokens.length, 1);
  });

  it('gets no right from a first lock that it wrote unknowingly a while ago, and that its next write leaves as it is', async () => {
    first.fault = (verb) => (verb === 'get' ? undefined : { lostAnswer: new Error('timeout') });
    second.fault = (verb) => (verb === 'get' ? undefined : { error: new Error('timeout') });
    const a = await startOne();
    for (const lock of [first, second]) lock.fault = () => ({ error: new Error('timeout') });
    await clock.advance(7_999);
    // The record's whole second comes again: what is written is what was written.
    clock.stepWall(-7_999);
    const { object } = firstStore;
    for (const lock of [first, second]) lock.fault = () => undefined;
    await clock.advance(1);
    assert.equal(firstStore.object, object);
    assert.equal(holderOf(secondStore), 'a');
    // Whoever uses the first lock alone waits since it was first written.
    assert.ok(!a.elector.isLeader());
    await clock.advance(1_000);
    assert.ok(a.elector.isLeader());
  });

  it('stops leading when it can renew only one of them', async () => {
    const a = await startOne();
    second.fault = (verb) => (verb === 'update' ? { error: new Error('500') } : undefined);
    await clock.advance(renewDeadline - 1);
    assert.ok(a.elector.hasRight);
    await clock.advance(1);
    assert.ok(!a.elector.hasRight);
  });

  it('stops leading at once when another is seen to hold one of them', async () => {
    const a = await startOne();
    secondStore.setRecord({ holderIdentity: 'other' });
    await settle();
    assert.ok(!a.elector.isLeader());
  });

  it('releases both when it stops', async () => {
    const a = await startOne();
    a.stop();
    await settle();
    await a.ended;
    assert.deepEqual([holderOf(firstStore), holderOf(secondStore)], ['', '']);
  });

  it('releases neither for another who took it meanwhile', async () => {
    const a = await startOne();
    const { promise, resolve } = deferred();
    first.fault = (verb) => (verb === 'update' ? { heldUntil: promise } : undefined);
    a.stop();
    await settle();
    const others = secondStore.setRecord({ holderIdentity: 'other' });
    await settle();
    resolve();
    await a.ended;
    assert.equal(holderOf(firstStore), '');
    assert.equal(secondStore.object, others);
  });

  it('puts back the one that vanished, as held, when it does not lead', async () => {
    firstStore.setRecord({ holderIdentity: 'other', leaseDurationSeconds: lease / 1000 });
    secondStore.setRecord({ holderIdentity: 'other', leaseDurationSeconds: lease / 1000 });
    await startOne();
    secondStore.remove();
    await clock.advance(retryPeriod);
    assert.equal(holderOf(secondStore), 'other');
    assert.equal(writesOf(first).length, 0);
  });

  it('names nobody while two hold one each', async () => {
    firstStore.setRecord({ holderIdentity: 'one' });
    secondStore.setRecord({ holderIdentity: 'another' });
    const a = await startOne();
    assert.equal(a.elector.status().name, '');
  });

  it('describes both', () => {
    assert.equal(
      new MultiLock(first, second).describe(),
      'memory default/example and memory default/example',
    );
  });
});
