import assert from 'node:assert/strict';
import { NotLeadingError } from '../../../src/election/resign-error.ts';
import { renewDeadline, retryPeriod, start, type Candidate } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { cutOff, reconnect, resign, startLeader } from './resigning-leader.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('A leader that resigns is refused', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  const isRefused = async (candidate: Candidate) => {
    const before = candidate.messages.length;
    await assert.rejects(
      candidate.elector.resign(),
      (error) => error instanceof NotLeadingError && / does not lead$/.test(error.message),
    );
    assert.equal(candidate.messages.slice(before).includes('stands aside'), false);
  };

  it('as a standby, which stands on', async () => {
    const a = await startLeader(store, clock);
    const b = await start(store, clock, 'b');
    await isRefused(b);
    resign(a);
    await settle();
    assert.ok(b.elector.isLeader());
  });

  it('as a leader whose right has run out, who may have been asked before that', async () => {
    const a = await startLeader(store, clock);
    clock.jump(renewDeadline);
    await isRefused(a);
    await clock.advance(0);
    assert.ok(a.elector.isLeader(), 'it stands on');
  });

  it('the second time', async () => {
    const a = await startLeader(store, clock);
    cutOff(a);
    const first = resign(a);
    await isRefused(a);
    assert.equal(first(), 'pending');
    reconnect(a);
    await clock.advance(retryPeriod);
    assert.equal(first(), 'released');
  });

  it('once it has been stopped, and its promise is kept', async () => {
    const a = await startLeader(store, clock);
    a.elector.status();
    a.stop();
    await isRefused(a);
    assert.equal(a.hasEnded, false);
  });
});
