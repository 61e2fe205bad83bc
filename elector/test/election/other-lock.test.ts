import assert from 'node:assert/strict';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import { ForbiddenError, UnauthorizedError } from '../../src/election/resource-lock.ts';
import { lease, renewPeriod, retryPeriod, start, type Candidate } from './candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { FaultyLock } from './faulty-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

describe('A candidate beside a lock that others may use', () => {
  let clock: FakeClock;
  let ownStore: LockStore;
  let otherStore: LockStore;
  let other: FaultyLock;

  beforeEach(() => {
    clock = new FakeClock();
    [ownStore, otherStore] = [new LockStore(), new LockStore()];
    other = new FaultyLock(otherStore);
  });

  const startOne = (identity = 'a'): Promise<Candidate> =>
    start(ownStore, clock, identity, { otherLock: other });
  const renewOther = (holderIdentity = 'x', uid: string | null = 'x-uid', holdsBoth = false) =>
    otherStore.setRecord({ holderIdentity, leaseDurationSeconds: lease / 1000 }, uid, holdsBoth);

  it('stands when that one does not exist', async () => {
    const a = await startOne();
    assert.ok(a.elector.isLeader());
    assert.equal(a.elector.notReadyBecause, null);
  });

  it('stands when that one is released', async () => {
    otherStore.setRecord({ holderIdentity: '' });
    assert.ok((await startOne()).elector.isLeader());
  });

  it('does not stand while that one is held and renewed, says why, and is not ready', async () => {
    renewOther();
    const a = await startOne();
    for (let renewal = 0; renewal < 20; renewal += 1) {
      await clock.advance(retryPeriod);
      renewOther();
    }
    assert.deepEqual(a.lock.requests, ['get', 'watch']);
    assert.equal(
      a.elector.notReadyBecause,
      'memory default/example is held by "x", who does not hold memory default/example',
    );
    assert.deepEqual(
      a.messages.filter((message) => message === 'does not stand'),
      ['does not stand'],
    );
  });

  it('stands once that one has not changed for its lease', async () => {
    renewOther();
    const a = await startOne();
    await clock.advance(lease - 1);
    assert.ok(!a.elector.isLeader());
    await clock.advance(1 + retryPeriod);
    assert.ok(a.elector.isLeader());
  });

  it('reads that one every retryPeriod while it is held, then before its term and with each renewal of its first lease', async () => {
    renewOther();
    const a = await startOne();
    await clock.advance(3 * retryPeriod);
    assert.equal(other.requests.length, 4);
    otherStore.setRecord({ holderIdentity: '' });
    await clock.advance(20 * retryPeriod);
    assert.equal(other.requests.length, 8);
    assert.equal(a.tokens.length, 1);
  });

  it('does not lead when somebody took that one just before its own write, and lets its own lock go', async () => {
    const a = await startOne();
    a.stop();
    await a.ended;
    const { promise, resolve } = deferred();
    const b = await start(ownStore, clock, 'b', { otherLock: other }, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { heldUntil: promise } : undefined);
    });
    renewOther();
    resolve();
    await settle();
    assert.ok(!b.elector.isLeader());
    assert.deepEqual(b.tokens, []);
    const { object } = ownStore;
    assert.ok(object?.reading.kind === 'record' && object.reading.record.holderIdentity === '');
  });

  it('does not lead before it could read that one again', async () => {
    const { promise, resolve } = deferred();
    let reads = 0;
    other.fault = () => (++reads > 1 ? { heldUntil: promise } : undefined);
    const a = await startOne();
    assert.equal(reads, 2);
    assert.ok(!a.elector.isLeader());
    resolve();
    await settle();
    assert.ok(a.elector.isLeader());
  });

  it('does not lead where that one cannot be read', async () => {
    let reads = 0;
    other.fault = () => (++reads > 1 ? { error: new Error('500') } : undefined);
    const a = await startOne();
    await clock.advance(lease);
    assert.ok(!a.elector.isLeader());
    assert.deepEqual(a.tokens, []);
  });

  it('stands where it may not read that one, and says so', async () => {
    renewOther();
    other.fault = () => ({ error: new ForbiddenError('403') });
    const a = await startOne();
    assert.ok(a.elector.isLeader());
    assert.ok(a.messages.includes('may not read this lock: whether others lead by it is not known'));
  });

  it('reads that one although it stands aside, to know whether it is ready', async () => {
    const elector = new LeaderElector({
      lock: new FaultyLock(ownStore),
      otherLock: other,
      leaseDuration: lease / 1000,
      clock,
    });
    elector.standAside('the app has not answered yet');
    const stopping = new AbortController();
    const ended = elector.run(stopping.signal);
    await settle();
    assert.equal(elector.notReadyBecause, null);
    assert.equal(ownStore.object, null);
    stopping.abort();
    await ended;
  });

  it('is not barred by somebody who says there that it holds its own lock as well', async () => {
    renewOther('x', 'x-uid', true);
    ownStore.setRecord({ holderIdentity: 'x', leaseDurationSeconds: lease / 1000 }, 'x-uid', true);
    const a = await startOne();
    assert.equal(a.elector.notReadyBecause, null);
    await clock.advance(lease);
    assert.ok(a.elector.isLeader());
  });

  it('is barred by somebody who held its own lock as well, and now holds the other one alone', async () => {
    renewOther('x', 'x-uid', true);
    ownStore.setRecord({ holderIdentity: 'x', leaseDurationSeconds: lease / 1000 }, 'x-uid', true);
    const a = await startOne();
    renewOther('x', 'x-uid', false);
    await clock.advance(lease);
    renewOther('x', 'x-uid', false);
    await clock.advance(retryPeriod);
    assert.ok(!a.elector.isLeader());
    assert.notEqual(a.elector.notReadyBecause, null);
  });

  it('leads on after a restart although its first look fails: it looks again before its earlier grants have run out', async () => {
    ownStore.setRecord({ holderIdentity: 'a', leaseDurationSeconds: lease / 1000 }, 'a-uid');
    let looks = 0;
    other.fault = () => (++looks === 1 ? { error: new Error('500') } : undefined);
    const a = await startOne();
    assert.ok(!a.elector.isLeader());
    await clock.advance(2 * retryPeriod);
    assert.ok(a.elector.isLeader());
    assert.equal(a.elector.leaderTransitions, 0);
  });

  it('is barred by its own earlier process, which led by that one alone, for the lease of that', async () => {
    renewOther('a', 'a-uid');
    const a = await startOne('a');
    await clock.advance(lease - 1);
    assert.ok(!a.elector.isLeader());
    await clock.advance(1 + retryPeriod);
    assert.ok(a.elector.isLeader());
  });

  for (const [code, refusal] of [
    [401, new UnauthorizedError('401')],
    [403, new ForbiddenError('403')],
  ] as const) {
    it(`does not stand on a ${code} when it was allowed to look before: what was live then stays live`, async () => {
      renewOther();
      const a = await startOne();
      other.fault = () => ({ error: refusal });
      await clock.advance(lease - 1);
      assert.ok(!a.elector.isLeader());
      assert.deepEqual(a.lock.requests, ['get', 'watch']);
      other.fault = () => undefined;
      renewOther();
      await clock.advance(2 * retryPeriod);
      assert.ok(!a.elector.isLeader());
    });
  }

  it('does not stand on a 401, which says nothing about what it may read', async () => {
    renewOther();
    other.fault = () => ({ error: new UnauthorizedError('401') });
    const a = await startOne();
    await clock.advance(lease);
    assert.ok(!a.elector.isLeader());
  });

  it('stops leading when it learns with a renewal that others lead by that one, which it could not read at first', async () => {
    renewOther();
    other.fault = () => ({ error: new ForbiddenError('403') });
    const a = await startOne();
    assert.ok(a.elector.isLeader());
    other.fault = () => undefined;
    await clock.advance(renewPeriod);
    assert.ok(!a.elector.isLeader());
    assert.equal(a.tokens.length, 1);
  });
});
