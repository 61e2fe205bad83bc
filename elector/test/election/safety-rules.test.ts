import assert from 'node:assert/strict';
import { ExpiredError, ForbiddenError, ThrottledError } from '../../src/election/resource-lock.ts';
import { lease, renewDeadline, renewPeriod, retryPeriod, start } from './candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { LockStore, type MemoryLock } from './memory-lock.ts';

describe('Safety', () => {
  let store: LockStore;
  let clock: FakeClock;

  beforeEach(() => {
    store = new LockStore();
    clock = new FakeClock();
  });

  const reading = () => {
    assert.ok(store.object !== null, 'there is no lock');
    return store.object.reading;
  };
  const isGone = () => store.object === null;
  const holder = () => {
    const seen = reading();
    return seen.kind === 'record' ? seen.record.holderIdentity : undefined;
  };

  describe('rule 1: every write carries the uid and resourceVersion that were read', () => {
    it('so a candidate that was frozen between decision and write does not overwrite a renewal', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
      const { promise, resolve } = deferred();
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.fault = (verb) => (verb === 'update' ? { heldUntil: promise } : undefined);
      });
      await clock.advance(lease);
      a.lock.fault = () => undefined;
      assert.equal(a.lock.requests.at(-1), 'update');
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
      resolve();
      await settle();
      assert.equal(holder(), 'other');
      assert.equal(a.elector.isLeader(), false);
    });

    it('so a lock that was deleted and made anew by another is not overwritten', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.watchIsSilent = true;
      store.remove();
      store.setRecord({ holderIdentity: 'b' }, 'b-uid');
      await clock.advance(renewPeriod);
      assert.equal(holder(), 'b');
      assert.equal(a.elector.isLeader(), false);
    });
  });

  describe('rule 2: a held lock is taken only when it has not changed for its own lease', () => {
    it('counted from the last change seen here, whatever the times in the record say', async () => {
      const past = new Date(0);
      store.setRecord({
        holderIdentity: 'other',
        leaseDurationSeconds: 10,
        renewTime: past,
        acquireTime: past,
      });
      await start(store, clock, 'a');
      await clock.advance(6_000);
      store.setRecord({
        holderIdentity: 'other',
        leaseDurationSeconds: 10,
        renewTime: past,
        acquireTime: past,
      });
      await clock.advance(9_999);
      assert.equal(holder(), 'other');
      await clock.advance(1);
      assert.equal(holder(), 'a');
    });

    it('any change counts, even one that leaves the record as it was', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      await start(store, clock, 'a');
      await clock.advance(6_000);
      store.set(reading(), 'another-uid');
      await clock.advance(9_999);
      assert.equal(holder(), 'other');
    });

    for (const leaseDurationSeconds of [0, -5]) {
      it(`a foreign lease of ${leaseDurationSeconds} s counts as our own`, async () => {
        store.setRecord({ holderIdentity: 'other', leaseDurationSeconds });
        await start(store, clock, 'a');
        await clock.advance(lease - 1);
        assert.equal(holder(), 'other');
        await clock.advance(1);
        assert.equal(holder(), 'a');
      });
    }

    it('a foreign lease longer than our own is waited out in full', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 60 });
      await start(store, clock, 'a');
      await clock.advance(59_999);
      assert.equal(holder(), 'other');
    });

    it('the wall clock has no say', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
      await start(store, clock, 'a');
      clock.stepWall(3_600_000);
      await clock.advance(lease - 1);
      assert.equal(holder(), 'other');
    });

    it('a record that cannot be read is held by somebody, for a lease of our own', async () => {
      store.set({ kind: 'unreadable', problem: 'no JSON' });
      await start(store, clock, 'a');
      await clock.advance(lease - 1);
      assert.equal(holder(), undefined);
      await clock.advance(1);
      assert.equal(holder(), 'a');
    });
  });

  describe('rule 3: what vanished counts as held', () => {
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

  describe('rule 4: the right comes from a successful conditional write alone', () => {
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

  describe('rule 5: whether it leads is computed when asked', () => {
    it('so a process that was stopped says no at once when it wakes, before any timer fires', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.jump(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      assert.equal(a.elector.status().name, '');
    });

    it('so a machine that was suspended says no, although its monotonic clock stood still', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
    });

    it('and once it was no, it stays so until the next write, even if the wall clock is set back', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      clock.stepWall(-renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      await clock.advance(retryPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 2);
    });

    it('and a wall clock that is set back prolongs nothing', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(-3_600_000);
      clock.jump(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
    });
  });

  describe('rule 6: the lock is released only when nobody can act on an earlier yes', () => {
    it('after the last validity that was given out, where nothing else is known', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      await clock.advance(500);
      const { validForMs } = a.elector.status();
      assert.equal(validForMs, renewDeadline - 500);
      a.stop();
      assert.equal(a.elector.isLeader(), false);
      await clock.advance(validForMs - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
      await a.ended;
    });

    it('at once, when the app is known to have ended', async () => {
      let ended = false;
      const a = await start(store, clock, 'a', { hasAppEnded: () => ended });
      await clock.advance(0);
      assert.ok(a.elector.isLeader());
      a.stop();
      await clock.advance(100);
      assert.equal(holder(), 'a');
      ended = true;
      a.elector.reconsider();
      await a.ended;
      assert.equal(holder(), '');
    });

    it('when onStartedLeading has settled, however late', async () => {
      const { promise, resolve } = deferred();
      const a = await start(store, clock, 'a', { onStartedLeading: () => promise });
      await clock.advance(4 * retryPeriod);
      a.stop();
      await clock.advance(5_000);
      assert.equal(holder(), 'a');
      resolve();
      await a.ended;
      assert.equal(holder(), '');
    });

    it('after the longest of the grants, although a later one was shorter', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      assert.equal(a.elector.status().validForMs, renewDeadline);
      clock.stepWall(6_000);
      assert.equal(a.elector.status().validForMs, renewDeadline - 6_000);
      a.stop();
      await clock.advance(renewDeadline - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
    });

    it('while onStartedLeading drains: kept, and renewed, so that nobody else leads beside it', async () => {
      const { promise, resolve } = deferred();
      const a = await start(store, clock, 'a', { onStartedLeading: () => promise });
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      a.stop();
      for (let waited = 0; waited < 10 * lease; waited += 1_000) {
        await clock.advance(1_000);
        assert.equal(holder(), 'a');
        assert.ok(!b.elector.isLeader() && !a.elector.isLeader());
      }
      assert.ok(!a.hasEnded);
      resolve();
      await clock.advance(0);
      await a.ended;
      assert.ok(b.elector.isLeader());
    });

    it('while onStartedLeading drains after the right ran out, once the API server is back in time', async () => {
      const a = await start(store, clock, 'a', { onStartedLeading: () => new Promise(() => {}) });
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
      await clock.advance(renewDeadline);
      a.lock.fault = () => undefined;
      await clock.advance(10 * lease);
      assert.ok(!a.elector.isLeader() && !b.elector.isLeader());
      assert.equal(holder(), 'a');
      assert.equal(a.tokens.length, 1);
    });

    it('while onStartedLeading drains, although a server asks it to wait for a minute', async () => {
      const a = await start(store, clock, 'a', { onStartedLeading: () => new Promise(() => {}) });
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      a.stop();
      a.lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('503', 60_000) } : undefined);
      await clock.advance(renewPeriod);
      a.lock.fault = () => undefined;
      await clock.advance(10 * lease);
      assert.equal(holder(), 'a');
      assert.ok(!b.elector.isLeader());
    });

    it('while onStartedLeading drains, also when a server asks for a pause twice: the last try comes before others may take the lock', async () => {
      const a = await start(store, clock, 'a', { onStartedLeading: () => new Promise(() => {}) });
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      a.stop();
      a.lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('429', lease) } : undefined);
      await clock.advance(renewDeadline);
      a.lock.fault = () => undefined;
      await clock.advance(10 * lease);
      assert.equal(holder(), 'a');
      assert.ok(!b.elector.isLeader());
    });

    for (const [what, vanish] of [
      ['is deleted', () => store.remove()],
      ['loses its record', () => store.set({ kind: 'none' })],
    ] as const) {
      it(`while onStartedLeading drains, also when the lock ${what}: it is written again at once`, async () => {
        const a = await start(store, clock, 'a', { onStartedLeading: () => new Promise(() => {}) });
        await clock.advance(0);
        const b = await start(store, clock, 'b');
        a.stop();
        await clock.advance(1_000);
        vanish();
        await clock.advance(0);
        assert.equal(holder(), 'a');
        assert.equal(store.object?.holderUid, 'a-uid');
        await clock.advance(10 * lease);
        assert.equal(holder(), 'a');
        assert.ok(!b.elector.isLeader());
      });
    }

    it('once drainTimeout is over, and not before what was granted has run out', async () => {
      const drainTimeout = 30;
      const a = await start(store, clock, 'a', {
        onStartedLeading: () => new Promise(() => {}),
        drainTimeout,
      });
      await clock.advance(0);
      a.stop();
      await clock.advance(drainTimeout * 1000 - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
      await a.ended;
    });

    it('with a drainTimeout of 0, when what onStartedLeading was granted has run out', async () => {
      const a = await start(store, clock, 'a', {
        onStartedLeading: () => new Promise(() => {}),
        drainTimeout: 0,
      });
      await clock.advance(0);
      a.stop();
      await clock.advance(renewDeadline - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
    });

    it('and one that does not release ends only when onStartedLeading has settled, too', async () => {
      const { promise, resolve } = deferred();
      const onStartedLeading = () => promise;
      const a = await start(store, clock, 'a', { onStartedLeading, releaseOnCancel: false });
      await clock.advance(0);
      a.stop();
      await clock.advance(2 * lease);
      assert.ok(!a.hasEnded);
      assert.equal(holder(), 'a');
      resolve();
      await clock.advance(0);
      assert.ok(a.hasEnded);
      assert.equal(holder(), 'a');
    });

    it('and one that lost the lock ends only when onStartedLeading has settled, too', async () => {
      const { promise, resolve } = deferred();
      const a = await start(store, clock, 'a', { onStartedLeading: () => promise });
      await clock.advance(0);
      store.setRecord({ holderIdentity: 'usurper' }, 'usurper-uid');
      a.stop();
      await clock.advance(2 * lease);
      assert.ok(!a.hasEnded);
      assert.equal(holder(), 'usurper');
      resolve();
      await clock.advance(0);
      assert.ok(a.hasEnded);
    });

    it('and no new term begins while onStartedLeading of an earlier one goes on', async () => {
      const { promise, resolve } = deferred();
      let terms = 0;
      const a = await start(store, clock, 'a', { onStartedLeading: () => (++terms, promise) });
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      await clock.advance(lease);
      assert.equal(terms, 1);
      assert.equal(a.elector.isLeader(), false);
      resolve();
      await clock.advance(lease);
      assert.equal(terms, 2);
    });

    it('nor does a restarted process release what its earlier process may have promised', async () => {
      store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a-uid');
      const a = await start(store, clock, 'a', {}, (lock) => (lock.watchIsSilent = true));
      a.elector.standAside('the app has not answered yet');
      await clock.advance(renewDeadline - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
    });

    it('not even one that first read a state from before, and so wrote in vain', async () => {
      store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a-uid');
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.watchIsSilent = true;
        const get = lock.get.bind(lock);
        lock.get = () => {
          lock.get = get;
          return Promise.resolve(null);
        };
      });
      assert.ok(a.lock.requests.includes('create'));
      a.stop();
      await clock.advance(renewDeadline - 1);
      assert.equal(holder(), 'a');
      await clock.advance(1);
      assert.equal(holder(), '');
    });

    it('while one that sees its own write before the answer to it has promised nothing', async () => {
      const { promise, resolve } = deferred();
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.create = async (write) => {
          const created = store.create(write);
          await promise;
          return created;
        };
      });
      a.stop();
      resolve();
      await settle();
      assert.equal(holder(), '');
    });

    it('and no renewal is written once the answer is no', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.elector.status();
      a.stop();
      const before = store.object?.resourceVersion;
      await clock.advance(renewDeadline - 1);
      assert.equal(store.object?.resourceVersion, before);
    });
  });

  describe('the answer is of one moment', () => {
    it('and says one thing, however the clock goes on while it is computed', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const monotonic = clock.monotonic.bind(clock);
      for (let left = 4; left >= 0; left -= 1) {
        let reads = 0;
        const base = clock.monotonic();
        clock.monotonic = () => base + renewDeadline - left + 2 * reads++;
        const { isLeader, fencingToken, validForMs, name } = a.elector.status();
        clock.monotonic = monotonic;
        assert.equal(isLeader, fencingToken !== null, `${left} ms before its end`);
        assert.equal(isLeader, validForMs > 0);
        assert.equal(isLeader, name === 'a');
      }
    });
  });

  describe('rule 7: an identity belongs to one process group', () => {
    it('its own name and uid: it leads on at once, in a new term', async () => {
      const before = store.setRecord(
        { holderIdentity: 'a', leaderTransitions: 3, leaseDurationSeconds: 15 },
        'a-uid',
      );
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      assert.ok(a.elector.isLeader());
      assert.ok(Number(a.tokens[0]) > Number(before.resourceVersion));
      assert.equal(a.elector.status().leaderTransitions, 3);
    });

    for (const uid of ['another-uid', null]) {
      it(`its own name with ${uid ?? 'no uid'} is a foreign holder`, async () => {
        store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, uid);
        const a = await start(store, clock, 'a');
        await clock.advance(lease - 1);
        assert.equal(a.elector.isLeader(), false);
        assert.equal(a.elector.status().name, '', 'or its app would take the name for its own');
        assert.equal(store.object?.holderUid, uid);
        await clock.advance(1);
        assert.ok(a.elector.isLeader());
      });
    }
  });

  describe('rule 8: nobody is named for longer than one lease after the last change of its lock', () => {
    const causes: [string, (lock: MemoryLock) => void][] = [
      ['the watch is silent', (lock) => (lock.watchIsSilent = true)],
      ['the lock vanished', () => store.remove()],
      ['the record vanished', () => store.set({ kind: 'none' })],
    ];
    for (const [how, cause] of causes) {
      it(`when ${how}`, async () => {
        store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
        const a = await start(store, clock, 'a');
        a.elector.standAside('for the test');
        await clock.advance(5_000);
        cause(a.lock);
        a.lock.fault = () => ({ error: new Error('timeout') });
        await clock.advance(4_999);
        assert.equal(a.elector.status().name, 'other');
        const changes: string[] = [];
        a.elector.on('change', () => changes.push(a.elector.status().name));
        await clock.advance(1);
        assert.equal(a.elector.status().name, '');
        assert.deepEqual(changes, [''], 'listeners are told when the name lapses');
      });
    }

    it('as said above, and a machine that was suspended names nobody when it wakes', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      const a = await start(store, clock, 'a');
      assert.equal(a.elector.status().name, 'other');
      clock.stepWall(10_000);
      assert.equal(a.elector.status().name, '');
    });
  });

  describe('rule 9: the fencing token is the resourceVersion of the write that began the term', () => {
    it('is another one in each term of the same candidate', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      await clock.advance(renewPeriod);
      assert.equal(a.tokens.length, 2);
      assert.ok(BigInt(a.tokens[1] ?? 0) > BigInt(a.tokens[0] ?? 0));
      assert.equal(a.elector.status().fencingToken, a.tokens[1]);
    });

    it('stays through renewals, and grows from holder to holder', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const first = store.object?.resourceVersion;
      assert.equal(a.elector.status().fencingToken, first);
      await clock.advance(3 * renewPeriod);
      assert.equal(a.elector.status().fencingToken, first);
      const b = await start(store, clock, 'b');
      a.elector.standAside('for the test');
      await clock.advance(lease);
      assert.ok(b.elector.isLeader());
      assert.ok(BigInt(b.elector.status().fencingToken ?? 0) > BigInt(first ?? 0));
      assert.equal(a.elector.status().fencingToken, null);
    });
  });

  it('holds where watching is forbidden: a polling candidate waits out the lease as well', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    const a = await start(
      store,
      clock,
      'a',
      {},
      (lock) => (lock.watchError = new ForbiddenError('no watch')),
    );
    await clock.advance(9_999);
    assert.equal(holder(), 'other');
    await clock.advance(1 + retryPeriod);
    assert.ok(a.elector.isLeader());
  });
});
