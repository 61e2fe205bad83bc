import assert from 'node:assert/strict';
import { ThrottledError } from '../../../src/election/resource-lock.ts';
import { renewDeadline, renewPeriod, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('LeaderElector renews', () => {
  let { store, clock, record } = newElection();
  beforeEach(() => ({ store, clock, record } = newElection()));

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
