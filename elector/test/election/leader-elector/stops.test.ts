import assert from 'node:assert/strict';
import { lease, renewPeriod, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('LeaderElector', () => {
  let { store, clock, record, holder } = newElection();
  beforeEach(() => ({ store, clock, record, holder } = newElection()));

  describe('stops', () => {
    it('leading as soon as it sees another holder', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      store.setRecord({ holderIdentity: 'usurper' }, 'usurper-uid');
      await settle();
      assert.deepEqual(a.elector.status(), {
        name: 'usurper',
        isLeader: false,
        leaderTransitions: 0,
        fencingToken: null,
        validForMs: 0,
        expiresInMs: 10_000,
      });
    });

    it('and releases at once where nobody was told that it leads', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.stop();
      await a.ended;
      assert.equal(holder(), '');
      assert.equal(record().leaseDurationSeconds, 1);
      assert.equal(store.object?.holderUid, null);
    });

    it('without a word where it did not lead', async () => {
      await start(store, clock, 'a');
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      b.stop();
      await b.ended;
      assert.equal(holder(), 'a');
      assert.deepEqual(b.lock.requests, ['get', 'watch']);
    });

    it('and does not release with releaseOnCancel: false', async () => {
      const a = await start(store, clock, 'a', { releaseOnCancel: false });
      await clock.advance(0);
      a.stop();
      await a.ended;
      assert.equal(holder(), 'a');
      assert.equal(a.elector.isLeader(), false);
    });

    it('and releases after a conflict, when the lock still is its own', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.watchIsSilent = true;
      const { object } = store;
      assert.ok(object !== null);
      store.set(object.reading, object.holderUid);
      a.stop();
      await a.ended;
      assert.deepEqual(a.lock.requests.slice(-3), ['update', 'get', 'update']);
      assert.equal(holder(), '');
    });

    it('and does not release after a conflict, when the lock has gone to another', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.watchIsSilent = true;
      store.setRecord({ holderIdentity: 'other' }, 'other-uid');
      a.stop();
      await a.ended;
      assert.equal(holder(), 'other');
    });

    it('only after a renewal under way has ended, and then releases what that wrote', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const { promise, resolve } = deferred();
      a.lock.fault = (verb) =>
        verb === 'update' && a.lock.requests.at(-1) === 'update' ? { heldUntil: promise } : undefined;
      await clock.advance(renewPeriod);
      a.lock.fault = () => undefined;
      a.stop();
      await settle();
      assert.equal(a.elector.isLeader(), false);
      assert.equal(a.hasEnded, false);
      resolve();
      await a.ended;
      assert.equal(holder(), '');
      assert.equal(a.tokens.length, 1);
    });

    it('trying to release when its own lease has run out', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
      a.stop();
      await clock.advance(lease - 1);
      assert.equal(a.hasEnded, false);
      await clock.advance(retryPeriod);
      assert.ok(a.hasEnded);
    });

    it('before it ever led, when it is told to at once', async () => {
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
      });
      a.stop();
      await a.ended;
      assert.equal(store.object, null);
    });
  });

  it('can be run once', async () => {
    const a = await start(store, clock, 'a');
    await assert.rejects(a.elector.run(new AbortController().signal), /run\(\) was called before/);
  });
});
