import assert from 'node:assert/strict';
import { lease, renewDeadline, renewPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('Safety rule 9: the fencing token is the resourceVersion of the write that began the term', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  it('is another one in each term of the same candidate', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    clock.stepWall(renewDeadline);
    await clock.advance(renewPeriod);
    assert.equal(a.tokens.length, 2);
    assert.ok(BigInt(a.tokens[1] ?? 0) > BigInt(a.tokens[0] ?? 0));
    assert.equal(a.elector.status().fencingToken, a.tokens[1]);
  });

  it('stays through renewals, and grows from holder to holder', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const first = store.object?.resourceVersion;
    assert.equal(a.elector.status().fencingToken, first);
    await clock.advance(3 * renewPeriod);
    assert.equal(a.elector.status().fencingToken, first);
    const b = await start(store, clock, 'b');
    a.elector.standAside('for the test');
    await clock.advance(lease);
    assert.ok(b.elector.isLeader());
    assert.ok(BigInt(b.elector.status().fencingToken ?? 0) > BigInt(first ?? 0));
    assert.equal(a.elector.status().fencingToken, null);
  });
});
