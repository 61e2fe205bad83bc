import assert from 'node:assert/strict';
import { lease, renewPeriod, retryPeriod } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { holdNextUpdate, reconnect, resign, startLeader } from './resigning-leader.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns while a renewal is in flight', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('does not lead again when that succeeds, and releases what it wrote', async () => {
    const a = await startLeader(store, clock);
    const letGo = holdNextUpdate(a);
    await clock.advance(renewPeriod);
    const outcome = resign(a);
    await clock.advance(1_000);
    assert.equal(outcome(), 'pending');
    let saidYes = false;
    a.elector.on('change', () => (saidYes ||= a.elector.isLeader()));
    letGo();
    await settle();
    assert.equal(outcome(), 'released');
    assert.equal(holder(), '');
    assert.ok(!saidYes);
    const updates = a.lock.requests.filter((request) => request === 'update');
    assert.equal(updates.length, 2, 'the renewal and the release');
  });

  it('that succeeds without an answer, reads what it has to release', async () => {
    const a = await startLeader(store, clock);
    a.lock.watchIsSilent = true;
    a.lock.fault = (verb) => {
      if (verb !== 'update') return undefined;
      reconnect(a);
      return { lostAnswer: new Error('timeout') };
    };
    await clock.advance(renewPeriod);
    const outcome = resign(a);
    await clock.advance(retryPeriod);
    assert.deepEqual(a.lock.requests.slice(-4), ['update', 'update', 'get', 'update']);
    assert.equal(outcome(), 'released');
  });

  it('and is frozen until it may stand again, leads by its next write alone', async () => {
    const a = await startLeader(store, clock);
    const letGo = holdNextUpdate(a);
    await clock.advance(renewPeriod);
    resign(a);
    clock.jump(lease);
    let renewed = '';
    a.elector.once('write', () => (renewed = store.object?.resourceVersion ?? ''));
    letGo();
    await settle();
    assert.notEqual(renewed, '');
    assert.equal(a.tokens.length, 2);
    assert.ok(BigInt(a.tokens[1] ?? 0) > BigInt(renewed));
  });
});
