import assert from 'node:assert/strict';
import { UnconfirmedReleaseError } from '../../../src/election/resign-error.ts';
import { newElection } from '../test-election.ts';
import { cutOff, resign, startLeader } from './resigning-leader.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns and is stopped', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('releases, and tells so before it ends', async () => {
    const a = await startLeader(store, clock);
    const order: string[] = [];
    void a.elector.resign().then(() => order.push('released'));
    void a.ended.then(() => order.push('ended'));
    a.stop();
    await settle();
    assert.deepEqual(order, ['released', 'ended']);
    assert.equal(holder(), '');
  });

  it('with nothing left to release, tells at once that it cannot know', async () => {
    const a = await startLeader(store, clock);
    cutOff(a);
    store.remove();
    const outcome = resign(a);
    a.stop();
    await settle();
    assert.ok(a.hasEnded);
    assert.ok(outcome() instanceof UnconfirmedReleaseError);
  });

  it('leaves no timer behind', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    a.stop();
    await a.ended;
    assert.equal(clock.timers, 0);
  });
});
