import assert from 'node:assert/strict';
import { lease, renewDeadline, renewPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';

describe('Safety rule 6: what whileLeading() runs keeps the lock until it has settled, and no longer', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('a candidate that stops keeps it, and renews it, so that nobody else leads beside the work', async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const b = await start(store, clock, 'b');
    void a.elector.whileLeading(() => promise);
    a.stop();
    for (let waited = 0; waited < 10 * lease; waited += 1_000) {
      await clock.advance(1_000);
      assert.equal(holder(), 'a');
      assert.ok(!b.elector.isLeader() && !a.elector.isLeader());
    }
    resolve();
    await clock.advance(0);
    await a.ended;
    assert.ok(b.elector.isLeader());
  });

  it('a candidate that stops after the work hands over at once: to begin it was no grant', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const b = await start(store, clock, 'b');
    assert.equal(await a.elector.whileLeading(() => assert.ok(a.elector.hasRight)), true);
    a.stop();
    await clock.advance(0);
    await a.ended;
    assert.ok(b.elector.isLeader());
  });

  it('but who asked isLeader() besides is waited for', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    await a.elector.whileLeading(() => a.elector.isLeader());
    a.stop();
    await clock.advance(renewDeadline - 1);
    assert.equal(holder(), 'a');
    await clock.advance(1);
    assert.equal(holder(), '');
  });

  it('until the last of several pieces of work, and onStartedLeading, has settled', async () => {
    const pieces = [deferred(), deferred(), deferred()] as const;
    const a = await start(store, clock, 'a', { onStartedLeading: () => pieces[0].promise });
    await clock.advance(0);
    void a.elector.whileLeading(() => pieces[1].promise);
    void a.elector.whileLeading(() => pieces[2].promise);
    a.stop();
    for (const piece of pieces) {
      await clock.advance(2 * lease);
      assert.equal(holder(), 'a');
      piece.resolve();
    }
    await clock.advance(0);
    assert.equal(holder(), '');
    await a.ended;
  });

  it('and no new term begins while work of an earlier one goes on', async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    void a.elector.whileLeading(() => promise);
    clock.stepWall(renewDeadline);
    await clock.advance(2 * lease);
    assert.equal(a.elector.isLeader(), false);
    assert.equal(holder(), 'a');
    assert.equal(await a.elector.whileLeading(() => assert.fail()), false);
    resolve();
    await clock.advance(lease);
    assert.equal(a.elector.isLeader(), true);
    assert.equal(a.tokens.length, 2);
  });

  it('once drainTimeout is over, and not before the right has run out as it was last renewed', async () => {
    const a = await start(store, clock, 'a', { drainTimeout: 0 });
    await clock.advance(0);
    void a.elector.whileLeading(() => new Promise(() => {}));
    await clock.advance(renewPeriod);
    a.stop();
    await clock.advance(renewDeadline - 1);
    assert.equal(holder(), 'a');
    await clock.advance(1);
    assert.equal(holder(), '');
    await a.ended;
  });

  it('unless whoever resigns vouches for it', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    void a.elector.whileLeading(() => new Promise(() => {}));
    await a.elector.resign();
    assert.equal(holder(), '');
  });
});
