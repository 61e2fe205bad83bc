import assert from 'node:assert/strict';
import { start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('LeaderElector stands aside', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('while it is told to, and stands again afterwards', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    const a = await start(store, clock, 'a');
    a.elector.standAside('app failing');
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
    a.elector.standAside('app failing');
    assert.equal(a.elector.isLeader(), false);
    await clock.advance(0);
    assert.ok(b.elector.isLeader());
    assert.equal(a.elector.status().name, 'b');
  });
});
