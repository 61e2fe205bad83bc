import assert from 'node:assert/strict';
import { lease, renewDeadline, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { resign, startLeader } from './resigning-leader.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns hands over', () => {
  let { store, clock, record, holder } = newElection();
  beforeEach(() => ({ store, clock, record, holder } = newElection()));

  it('at once, whatever it promised before, since its caller vouches for that (rule 6)', async () => {
    const a = await startLeader(store, clock);
    const b = await start(store, clock, 'b');
    assert.equal(a.elector.status().validForMs, renewDeadline);
    const outcome = resign(a);
    assert.equal(a.elector.isLeader(), false, 'the answer is no before anything is written');
    assert.equal(holder(), 'a');
    await clock.advance(0);
    assert.equal(outcome(), 'released');
    assert.ok(b.elector.isLeader());
    assert.deepEqual([a.elector.status().name, a.elector.status().isLeader], ['b', false]);
  });

  it('by a record without a holder, as after a stop', async () => {
    const a = await startLeader(store, clock);
    const outcome = resign(a);
    await settle();
    assert.equal(outcome(), 'released');
    assert.deepEqual([holder(), record().leaseDurationSeconds], ['', 1]);
  });

  it('although it was told not to release when it is stopped', async () => {
    const a = await startLeader(store, clock, { releaseOnCancel: false });
    const outcome = resign(a);
    await settle();
    assert.equal(outcome(), 'released');
    assert.equal(holder(), '');
  });

  it('while onStartedLeading goes on, and does not stand again before that has settled', async () => {
    const { promise, resolve } = deferred();
    let aborted = false;
    const a = await startLeader(store, clock, {
      onStartedLeading: (signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return promise;
      },
    });
    const outcome = resign(a);
    await settle();
    assert.equal(outcome(), 'released');
    assert.ok(aborted);
    await clock.advance(2 * lease);
    assert.equal(holder(), '');
    resolve();
    await settle();
    assert.ok(a.elector.isLeader());
  });

  it('and promises anew in its next term: that one is released no sooner than rule 6 allows', async () => {
    const a = await startLeader(store, clock);
    resign(a);
    await clock.advance(lease);
    const { validForMs } = a.elector.status();
    assert.ok(validForMs > 0);
    a.stop();
    await clock.advance(validForMs - 1);
    assert.equal(holder(), 'a');
    await clock.advance(1);
    assert.equal(holder(), '');
  });
});
