import assert from 'node:assert/strict';
import { renewDeadline, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('Safety rule 6: the lock is released only when nobody can act on an earlier yes', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

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

  it('at once, when onStartedLeading has settled long before, whatever yes was given elsewhere', async () => {
    const a = await start(store, clock, 'a', { onStartedLeading: () => undefined });
    await clock.advance(4 * retryPeriod);
    assert.equal(a.elector.isLeader(), true);
    a.stop();
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
