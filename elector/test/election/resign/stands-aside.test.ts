import assert from 'node:assert/strict';
import { lease } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { resign, startLeader } from './resigning-leader.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns stands aside', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('for one lease, then stands again by itself, in a new term', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    await clock.advance(lease - 1);
    assert.equal(holder(), '');
    await clock.advance(1);
    assert.ok(a.elector.isLeader());
    assert.equal(a.tokens.length, 2);
  });

  it('on the monotonic clock', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    clock.stepWall(3_600_000);
    await clock.advance(lease - 1);
    assert.equal(holder(), '');
  });

  it('also when its app is found healthy, or healthy again, meanwhile', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    await clock.advance(1_000);
    a.elector.stand();
    await clock.advance(1_000);
    a.elector.standAside('app failing');
    await clock.advance(1_000);
    a.elector.stand();
    await clock.advance(lease - 3_001);
    assert.equal(holder(), '');
    assert.equal(a.messages.includes('stands for election'), false);
    await clock.advance(1);
    assert.ok(a.elector.isLeader());
  });

  it('for longer, when its app is found unhealthy meanwhile', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    await clock.advance(1_000);
    a.elector.standAside('app failing');
    await clock.advance(2 * lease);
    a.elector.reconsider();
    await settle();
    assert.equal(holder(), '');
    a.elector.stand();
    await settle();
    assert.ok(a.elector.isLeader());
  });

  it('and says so once', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    await clock.advance(1_000);
    assert.deepEqual(a.messages.slice(-3), ['stands aside', 'stopped leading', 'released the lock']);
  });
});
