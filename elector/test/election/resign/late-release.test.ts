import assert from 'node:assert/strict';
import { UnconfirmedReleaseError } from '../../../src/election/resign-error.ts';
import { ConflictError } from '../../../src/election/resource-lock.ts';
import { lease, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { cutOff, reconnect, resign, startLeader } from './resigning-leader.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns and cannot release at once', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('because the lock changed, reads and releases again', async () => {
    const a = await startLeader(store, clock);
    let conflicts = 0;
    a.lock.fault = (verb) => {
      if (verb !== 'update' || conflicts === 1) return undefined;
      conflicts += 1;
      return { error: new ConflictError('modified') };
    };
    const outcome = resign(a);
    await settle();
    assert.deepEqual(a.lock.requests.slice(-3), ['update', 'get', 'update']);
    assert.equal(outcome(), 'released');
  });

  it('because the API server is away, says so after two retryPeriods, and the no stays', async () => {
    const a = await startLeader(store, clock);
    cutOff(a);
    const outcome = resign(a);
    await clock.advance(2 * retryPeriod - 1);
    assert.equal(outcome(), 'pending');
    await clock.advance(1);
    assert.ok(outcome() instanceof UnconfirmedReleaseError);
    assert.match(String(outcome()), /: a has stopped leading, but the release .* not be confirmed/);
    assert.equal(a.elector.isLeader(), false);
    assert.equal(holder(), 'a');
  });

  it('releases as soon as the API server is back', async () => {
    const a = await startLeader(store, clock);
    const b = await start(store, clock, 'b');
    cutOff(a);
    resign(a);
    await clock.advance(2 * retryPeriod);
    reconnect(a);
    await clock.advance(retryPeriod);
    assert.ok(b.elector.isLeader());
  });

  it('leads again after one lease, when nobody else took the lock', async () => {
    const a = await startLeader(store, clock);
    cutOff(a);
    resign(a);
    await clock.advance(lease - 1);
    reconnect(a);
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(retryPeriod);
    assert.equal(a.tokens.length, 2);
  });

  it('takes what the watch shows for confirmation, when the answer was lost', async () => {
    const a = await startLeader(store, clock);
    a.lock.fault = () => ({ lostAnswer: new Error('timeout') });
    const outcome = resign(a);
    await settle();
    assert.equal(outcome(), 'released');
  });

  it('because the lock is gone, does not take a lock that another puts back, as held, for released', async () => {
    const a = await startLeader(store, clock);
    await start(store, clock, 'b');
    cutOff(a);
    store.remove();
    const outcome = resign(a);
    await clock.advance(retryPeriod);
    assert.equal(holder(), 'a');
    await clock.advance(retryPeriod);
    assert.ok(outcome() instanceof UnconfirmedReleaseError);
  });

  it('does not wait for longer than 10 s, however long the lease', async () => {
    const a = await startLeader(store, clock, { leaseDuration: 86_400 });
    cutOff(a);
    const outcome = resign(a);
    await clock.advance(10_000);
    assert.ok(outcome() instanceof UnconfirmedReleaseError);
  });
});
