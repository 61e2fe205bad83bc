import assert from 'node:assert/strict';
import { ThrottledError } from '../../../src/election/resource-lock.ts';
import { lease, renewDeadline, renewPeriod, retryPeriod, start } from '../candidate.ts';
import type { FaultyLock } from '../faulty-lock.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('LeaderElector asks patiently', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  const updates = (lock: FaultyLock) => lock.requests.filter((verb) => verb === 'update').length;
  /** Each write is done at once and answered after `ms`. */
  const slowWrites =
    (ms: number) =>
    (lock: FaultyLock): void => {
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
  const keepAnswerUntil = (then: Promise<void>, lock: FaultyLock): void => {
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
