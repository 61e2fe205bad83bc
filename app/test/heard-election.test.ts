import assert from 'node:assert/strict';
import { HeardElection } from '../src/heard-election.ts';
import { now } from '../../base/clock.ts';
import { FakeClock } from '../../base/testing/fake-clock.ts';

const leaseMs = 10_000;
const told = { expiresInMs: 9000, leaderTransitions: 3, fencingToken: null };
const leading = { ...told, name: 'pod-a', isLeader: true, validForMs: 6000, fencingToken: '7' };
const following = { ...told, name: 'pod-b', isLeader: false, validForMs: 0 };
const nobody = { ...told, name: '', isLeader: false, validForMs: 0, expiresInMs: null };

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

  it('counts down how long the lease lasts, from when it was said or asked', () => {
    assert.equal(election.expiresInMs(), null);
    election.said(following);
    clock.jump(2000);
    assert.equal(election.expiresInMs(), 7000);
    const askedAt = now(clock);
    clock.jump(50);
    election.leaseExpires(9990, askedAt);
    assert.equal(election.expiresInMs(), 9940);
    election.said(nobody);
    assert.equal(election.expiresInMs(), null);
  });

  it('knows nothing of a lease once the elector is silent, nor where the elector does not tell', () => {
    election.said({ ...following, expiresInMs: 60_000 });
    clock.jump(leaseMs);
    assert.equal(election.expiresInMs(), null);
    election.said({ ...following, expiresInMs: null });
    assert.equal(election.expiresInMs(), null);
  });

  it('tells the fencing token only while this pod leads', () => {
    election.said(leading);
    assert.equal(election.fencingToken, '7');
    clock.jump(6000);
    assert.equal(election.fencingToken, null);
  });

  it('names who led before as well, with when its lease was last renewed, however the lead went on', () => {
    election.said(following);
    clock.jump(2000);
    assert.deepEqual(election.leaders(), [{ name: 'pod-b', leads: true, unrenewedMs: 3000 }]);
    election.said(nobody);
    clock.jump(100);
    assert.deepEqual(election.leaders(), [{ name: 'pod-b', leads: false, unrenewedMs: 3100 }]);
    election.said(leading);
    assert.deepEqual(election.leaders(), [
      { name: 'pod-a', leads: true, unrenewedMs: 1000 },
      { name: 'pod-b', leads: false, unrenewedMs: 3100 },
    ]);
    election.said(following);
    assert.deepEqual(
      election.leaders().map(({ name }) => name),
      ['pod-b', 'pod-a'],
    );
  });

  it('does not say when somebody led of whom it heard before the elector was silent', () => {
    election.said(following);
    clock.jump(leaseMs);
    election.said(leading);
    assert.deepEqual(election.leaders(), [{ name: 'pod-a', leads: true, unrenewedMs: 1000 }]);
  });
});
