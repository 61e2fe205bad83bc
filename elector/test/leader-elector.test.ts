import assert from 'node:assert/strict';
import { lease, renewDeadline, renewPeriod, retryPeriod, start } from './candidate.ts';
import { deferred } from './deferred.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { LockStore } from './memory-lock.ts';
import { ConflictError, ThrottledError } from '../src/resource-lock.ts';

describe('LeaderElector', () => {
  let store: LockStore;
  let clock: FakeClock;

  beforeEach(() => {
    store = new LockStore();
    clock = new FakeClock();
  });

  const record = () => {
    const reading = store.object?.reading;
    assert.ok(reading?.kind === 'record', 'the lock has no record');
    return reading.record;
  };
  const holder = () => record().holderIdentity;

  describe('acquires', () => {
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
      assert.deepEqual(a.lock.requests, ['get', 'watch', 'update', 'get', 'update']);
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

  describe('renews', () => {
    it('every third of the lease, and stays in its term', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const { acquireTime } = record();
      await clock.advance(10 * renewPeriod);
      assert.equal(a.lock.requests.filter((request) => request === 'update').length, 10);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 1);
      assert.deepEqual(record().acquireTime, acquireTime);
      assert.equal(record().leaderTransitions, 0);
    });

    it('while a standby sends nothing but its watch', async () => {
      await start(store, clock, 'a');
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      await clock.advance(60_000);
      assert.deepEqual(b.lock.requests, ['get', 'watch']);
    });

    it('after a conflict with a change by somebody who does not hold the lock', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.watchIsSilent = true;
      const { object } = store;
      assert.ok(object !== null);
      store.set(object.reading, object.holderUid);
      await clock.advance(renewPeriod);
      assert.deepEqual(a.lock.requests.slice(-3), ['update', 'get', 'update']);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 1);
    });

    it('until its requests fail for renewDeadline; then says no, and leads on in a new term once they succeed', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
      await clock.advance(renewDeadline - 1);
      assert.ok(a.elector.isLeader());
      await clock.advance(1);
      assert.equal(a.elector.isLeader(), false);
      a.lock.fault = () => undefined;
      await clock.advance(retryPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 2);
      assert.equal(a.messages.filter((message) => message === 'a request failed').length, 1);
      assert.ok(a.messages.includes('requests succeed again'));
    });

    it('no sooner than the server asks, when it is asked to wait', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('429', 2500) } : undefined);
      await clock.advance(renewPeriod);
      a.lock.fault = () => undefined;
      const updates = () => a.lock.requests.filter((request) => request === 'update').length;
      await clock.advance(2499);
      assert.equal(updates(), 1);
      await clock.advance(1);
      assert.equal(updates(), 2);
    });
  });

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

  describe('tells', () => {
    it('onNewLeader each leader, itself included, once', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      const a = await start(store, clock, 'a');
      await clock.advance(30_000);
      assert.deepEqual(a.leaders, ['other', 'a']);
    });

    it('onStartedLeading by a signal that the term has ended, and onStoppedLeading', async () => {
      const told: string[] = [];
      const a = await start(store, clock, 'a', {
        onStartedLeading: (signal) => {
          told.push('started');
          signal.addEventListener('abort', () => told.push('aborted'));
        },
        onStoppedLeading: () => told.push('stopped'),
      });
      await clock.advance(0);
      a.lock.fault = () => ({ error: new Error('connect ECONNREFUSED') });
      await clock.advance(renewDeadline);
      assert.deepEqual(told, ['started', 'aborted', 'stopped']);
    });

    it('run() what onStartedLeading threw, after the lock was released', async () => {
      const a = await start(store, clock, 'a', {
        onStartedLeading: () => Promise.reject(new Error('no disk left')),
      });
      await clock.advance(0);
      await assert.rejects(a.ended, { message: 'no disk left' });
      assert.equal(holder(), '');
    });
  });

  describe('stands aside', () => {
    it('while it is told to, and stands again afterwards', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      const a = await start(store, clock, 'a');
      a.elector.standAside('the app is unhealthy');
      await clock.advance(20_000);
      assert.equal(holder(), 'other');
      a.elector.stand();
      await clock.advance(0);
      assert.ok(a.elector.isLeader());
    });

    it('as a leader: says no at once, releases, and another leads', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const b = await start(store, clock, 'b');
      a.elector.standAside('the app is unhealthy');
      assert.equal(a.elector.isLeader(), false);
      await clock.advance(0);
      assert.ok(b.elector.isLeader());
      assert.equal(a.elector.status().name, 'b');
    });
  });

  it('can be run once', async () => {
    const a = await start(store, clock, 'a');
    await assert.rejects(a.elector.run(new AbortController().signal), /run\(\) was called before/);
  });
});
