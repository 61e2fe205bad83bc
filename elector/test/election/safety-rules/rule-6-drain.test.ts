import assert from 'node:assert/strict';
import { ThrottledError } from '../../../src/election/resource-lock.ts';
import { lease, renewDeadline, renewPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';

describe('Safety rule 6: the lock is released only when nobody can act on an earlier yes', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

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
});
