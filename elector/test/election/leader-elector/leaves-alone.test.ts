import assert from 'node:assert/strict';
import { lease, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('LeaderElector leaves alone', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

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
