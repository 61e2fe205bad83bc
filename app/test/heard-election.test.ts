import assert from 'node:assert/strict';
import { HeardElection } from '../src/heard-election.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';

const leaseMs = 10_000;
const leading = { name: 'pod-a', isLeader: true, validForMs: 6000 };
const following = { name: 'pod-b', isLeader: false, validForMs: 0 };
const nobody = { name: '', isLeader: false, validForMs: 0 };

describe('HeardElection', () => {
  let clock: FakeClock;
  let election: HeardElection;
  beforeEach(() => {
    clock = new FakeClock();
    election = new HeardElection(clock, leaseMs);
  });

  it('is silent before the elector was heard', () => {
    assert.deepEqual(election.state(), { state: 'silent' });
    assert.equal(election.changesInMs(), Infinity);
  });

  it('says what the elector said', () => {
    election.said(leading);
    assert.deepEqual(election.state(), { state: 'leading', leader: 'pod-a' });
    election.said(following);
    assert.deepEqual(election.state(), { state: 'following', leader: 'pod-b' });
    election.said(nobody);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('stops leading in the millisecond the validity runs out', () => {
    election.said(leading);
    clock.jump(5999);
    assert.equal(election.state().state, 'leading');
    assert.equal(election.changesInMs(), 1);
    clock.jump(1);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('does not lead when the elector gives it no validity', () => {
    election.said({ ...leading, validForMs: 0 });
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('leads on when a renewal arrives before the validity has run out', () => {
    election.said(leading);
    clock.jump(5000);
    election.said(leading);
    clock.jump(5000);
    assert.equal(election.state().state, 'leading');
  });

  it('does not take a heartbeat for a renewal of the right to lead', () => {
    election.said(leading);
    clock.jump(5000);
    election.stillThere();
    clock.jump(1000);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('no longer leads after the process was stopped, with no timer having fired', () => {
    election.said(leading);
    clock.jump(6000);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('no longer leads after the machine was suspended, which only the wall clock shows', () => {
    election.said(leading);
    clock.stepWall(6000);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('does not lead longer because the wall clock was set back', () => {
    election.said(leading);
    clock.stepWall(-3_600_000);
    clock.jump(6000);
    assert.deepEqual(election.state(), { state: 'nobody' });
  });

  it('is silent once nothing was heard for the lease', () => {
    election.said(following);
    assert.equal(election.changesInMs(), leaseMs);
    clock.jump(leaseMs - 1);
    assert.equal(election.state().state, 'following');
    clock.jump(1);
    assert.deepEqual(election.state(), { state: 'silent' });
  });

  it('is silent, not leading, when a validity is longer than the lease', () => {
    election.said({ ...leading, validForMs: 60_000 });
    assert.equal(election.changesInMs(), leaseMs);
    clock.jump(leaseMs);
    assert.deepEqual(election.state(), { state: 'silent' });
  });

  it('repeats a leader for as long as heartbeats come', () => {
    election.said(following);
    for (let heartbeat = 0; heartbeat < 5; heartbeat += 1) {
      clock.jump(leaseMs - 1);
      election.stillThere();
    }
    assert.equal(election.state().state, 'following');
  });

  it('learns nothing from a heartbeat before the first statement', () => {
    election.stillThere();
    assert.deepEqual(election.state(), { state: 'silent' });
  });
});
