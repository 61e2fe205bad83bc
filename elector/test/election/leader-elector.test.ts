import assert from 'node:assert/strict';
import { lease, renewDeadline, renewPeriod, retryPeriod, start } from './candidate.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { LockStore, type MemoryLock } from './memory-lock.ts';
import { ConflictError, ThrottledError } from '../../src/election/resource-lock.ts';

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

  describe('asks patiently', () => {
    const updates = (lock: MemoryLock) => lock.requests.filter((verb) => verb === 'update').length;
    /** Each write is done at once and answered after `ms`. */
    const slowWrites =
      (ms: number) =>
      (lock: MemoryLock): void => {
        const answeredLate =
          <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            const outcome = await write(...args).then(
              (value) => () => value,
              (error: unknown) => () => {
                throw error as Error;
              },
            );
            await new Promise<void>((resolve) => void clock.after(ms, resolve));
            return outcome();
          };
        lock.create = answeredLate(lock.create.bind(lock));
        lock.update = answeredLate(lock.update.bind(lock));
      };

    /** The next update is done at once, and its answer kept back until then. */
    const keepAnswerUntil = (then: Promise<void>, lock: MemoryLock): void => {
      const update = lock.update.bind(lock);
      lock.update = async (...args) => {
        lock.update = update;
        const written = await update(...args);
        await then;
        return written;
      };
    };

    for (const ms of [1_500, 3_000, 4_500]) {
      it(`and leads without a break where each write is answered after ${ms} ms`, async () => {
        const a = await start(store, clock, 'a', {}, slowWrites(ms));
        await clock.advance(ms);
        assert.ok(a.elector.isLeader());
        for (let passed = 0; passed < 10 * lease; passed += 500) {
          await clock.advance(500);
          assert.ok(a.elector.isLeader());
        }
        assert.equal(a.tokens.length, 1);
      });
    }

    it('and again beside itself, where the connection is dead: the first answer counts, from when that attempt was sent', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      let attempts = 0;
      a.lock.fault = (verb) =>
        verb === 'update' && ++attempts === 1 ? { heldUntil: new Promise(() => {}) } : undefined;
      await clock.advance(renewPeriod + retryPeriod);
      assert.equal(attempts, 2);
      assert.equal(a.elector.status().validForMs, renewDeadline);
      await clock.advance(10 * renewPeriod);
      assert.equal(a.tokens.length, 1);
    });

    it('for the answer of an earlier attempt, when a later one meets the conflict that the earlier one made', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const answered = deferred();
      keepAnswerUntil(answered.promise, a.lock);
      const before = updates(a.lock);
      await clock.advance(renewPeriod + retryPeriod);
      assert.equal(updates(a.lock) - before, 2);
      await clock.advance(1_000);
      answered.resolve();
      await settle();
      assert.equal(a.elector.status().validForMs, renewDeadline - retryPeriod - 1_000);
      assert.equal(updates(a.lock) - before, 2);
    });

    it('and leads on in its term when the answer to an attempt that was done is lost for good', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      keepAnswerUntil(new Promise(() => {}), a.lock);
      await clock.advance(10 * renewPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 1);
    });

    it('and writes no more often than every retryPeriod where the server never keeps the record', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      let writes = 0;
      a.lock.update = () => {
        writes += 1;
        return Promise.resolve(store.set({ kind: 'none' }));
      };
      store.set({ kind: 'none' });
      await clock.advance(renewDeadline);
      assert.ok(writes <= renewDeadline / retryPeriod + 2, String(writes));
    });

    it('but not for that, when the conflict was made by another', async () => {
      const a = await start(store, clock, 'a', {}, (lock) => (lock.watchIsSilent = true));
      await clock.advance(0);
      let attempts = 0;
      a.lock.fault = (verb) => {
        if (verb !== 'update') return undefined;
        attempts += 1;
        if (attempts === 1) return { heldUntil: new Promise(() => {}) };
        store.setRecord({ holderIdentity: 'usurper' }, 'usurper-uid');
        return undefined;
      };
      await clock.advance(renewPeriod + retryPeriod);
      assert.equal(attempts, 2);
      assert.ok(!a.elector.isLeader());
      assert.equal(a.elector.status().name, 'usurper');
    });

    it('with no more than five attempts at once, whatever the retryPeriod', async () => {
      const a = await start(store, clock, 'a', { retryPeriod: 0.1 }, (lock) => {
        lock.fault = (verb) => (verb === 'create' ? { heldUntil: new Promise(() => {}) } : undefined);
      });
      await clock.advance(lease);
      assert.equal(a.lock.requests.filter((verb) => verb === 'create').length, 5);
    });

    it('and reads so, too: a first read that is slow, or whose connection is dead, is made again beside itself', async () => {
      let reads = 0;
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.fault = (verb) =>
          verb === 'get' && ++reads === 1 ? { heldUntil: new Promise(() => {}) } : undefined;
      });
      await clock.advance(retryPeriod);
      assert.equal(reads, 2);
      assert.ok(a.elector.isLeader());
    });

    for (const seconds of [8, 60]) {
      it(`and leads on when one renewal is answered with Retry-After: ${seconds}: it tries once more before its right ends`, async () => {
        const a = await start(store, clock, 'a');
        await clock.advance(0);
        a.lock.fault = (verb) =>
          verb === 'update' ? { error: new ThrottledError('503', seconds * 1000) } : undefined;
        await clock.advance(renewPeriod);
        assert.equal(updates(a.lock), 1);
        a.lock.fault = () => undefined;
        await clock.advance(renewDeadline - renewPeriod - retryPeriod - 1);
        assert.equal(updates(a.lock), 1);
        await clock.advance(1);
        assert.equal(updates(a.lock), 2);
        await clock.advance(10 * lease);
        assert.ok(a.elector.isLeader());
        assert.equal(a.tokens.length, 1);
      });
    }

    it('and so, too, when its last write changed nothing', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(renewPeriod - 1);
      // The whole second comes again in which it acquired the lock: its renewal writes what is there.
      clock.stepWall(1 - renewPeriod);
      await clock.advance(1);
      const { object } = store;
      a.lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('503', 60_000) } : undefined);
      await clock.advance(1_000);
      a.lock.fault = () => undefined;
      await clock.advance(renewDeadline - renewPeriod - 1_000 - retryPeriod);
      assert.notEqual(store.object, object);
      await clock.advance(10 * lease);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 1);
    });

    it('and tries no more than that once, when it is asked to wait each time', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      a.lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('503', 60_000) } : undefined);
      await clock.advance(renewDeadline);
      assert.equal(updates(a.lock), 2);
      assert.ok(!a.elector.isLeader());
      await clock.advance(renewDeadline - retryPeriod + lease - renewDeadline - 1);
      assert.equal(updates(a.lock), 2);
    });

    it('and as a standby waits as long as it is asked to, but no longer than a lease', async () => {
      store.setRecord({ holderIdentity: '' });
      const a = await start(store, clock, 'a', {}, (lock) => {
        lock.fault = (verb) => (verb === 'update' ? { error: new ThrottledError('503', 60_000) } : undefined);
      });
      await clock.advance(0);
      a.lock.fault = () => undefined;
      await clock.advance(lease - 1);
      assert.equal(updates(a.lock), 1);
      await clock.advance(1);
      assert.ok(a.elector.isLeader());
    });
  });

  describe('leaves alone', () => {
    const foreign = { kind: 'foreign', problem: 'the Endpoints object "x" belongs to a Service' } as const;

    it("somebody else's object: writes nothing, is not ready, and says so once", async () => {
      store.set(foreign);
      const a = await start(store, clock, 'a');
      await clock.advance(10 * lease);
      assert.deepEqual(a.lock.requests, ['get', 'watch']);
      assert.equal(a.elector.notReadyBecause, foreign.problem);
      assert.equal(a.messages.filter((message) => message === 'does not stand').length, 1);
      store.remove();
      await clock.advance(lease + 2 * retryPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.elector.notReadyBecause, null);
    });

    it('its own lock, when that has become such an object: it stops leading, and neither renews nor releases', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const taken = store.set(foreign);
      await settle();
      assert.ok(!a.elector.isLeader());
      await clock.advance(2 * lease);
      a.stop();
      await a.ended;
      assert.equal(store.object, taken);
    });
  });

  describe('does not depend on those who watch it', () => {
    const broken = () => {
      throw new Error('observer');
    };
    const rejecting = (): unknown => Promise.reject(new Error('observer'));

    for (const [how, observer] of [
      ['throw', broken],
      ['reject', rejecting],
    ] as const) {
      it(`which ${how}: it leads, renews, hands over and ends, and tells its log`, async () => {
        const told: string[] = [];
        const a = await start(store, clock, 'a', {
          onNewLeader: observer,
          onStoppedLeading: observer,
          hasAppEnded: broken,
          log: {
            info() {},
            warn() {},
            error: (message, fields) => told.push(`${message}: ${String(fields?.['error'])}`),
          },
        });
        for (const event of ['change', 'write', 'resign'] as const) a.elector.on(event, observer);
        await clock.advance(10 * renewPeriod);
        assert.ok(a.elector.isLeader());
        await a.elector.resign();
        await clock.advance(lease + renewPeriod);
        assert.ok(a.elector.isLeader());
        a.stop();
        await clock.advance(renewDeadline);
        await a.ended;
        assert.equal(holder(), '');
        for (const name of [
          'onNewLeader',
          'onStoppedLeading',
          'hasAppEnded',
          'a listener of "change"',
          'a listener of "write"',
          'a listener of "resign"',
        ])
          assert.ok(told.includes(`${name} failed: observer`), name);
      });
    }

    it('nor on its log', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on('warning', onWarning);
      try {
        const a = await start(store, clock, 'a', { log: { info: broken, warn: broken, error: broken } });
        await clock.advance(10 * renewPeriod);
        assert.ok(a.elector.isLeader());
        a.stop();
        await clock.advance(renewDeadline);
        await a.ended;
        assert.ok(
          warnings.some(({ message }) =>
            /^the log failed with observer at: successfully acquired lease$/.test(message),
          ),
        );
      } finally {
        process.off('warning', onWarning);
      }
    });

    it('and listens once to who listens once', async () => {
      let times = 0;
      const a = await start(store, clock, 'a');
      a.elector.once('write', () => (times += 1));
      await clock.advance(4 * renewPeriod);
      assert.equal(times, 1);
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
