import assert from 'node:assert/strict';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import type { PodReport } from '../page/message.ts';
import { Comebacks } from '../src/comebacks.ts';
import { HeardElection } from '../src/heard-election.ts';

const report = (upMs: number | null, role: PodReport['role'] = 'leading'): PodReport[] => [
  { name: 'pod-b', ip: '10.244.0.8', role, silentMs: 0, upMs },
];

describe('Comebacks', () => {
  let clock: FakeClock;
  let election: HeardElection;
  let comebacks: Comebacks;

  const leads = (name: string, leaderTransitions = 3) =>
    election.said({
      name,
      isLeader: false,
      validForMs: 0,
      expiresInMs: 9000,
      leaderTransitions,
      fencingToken: null,
    });

  beforeEach(() => {
    clock = new FakeClock();
    election = new HeardElection(clock, 10_000);
    comebacks = new Comebacks(clock, election);
    leads('pod-b');
    comebacks.told(report(60_000));
    clock.jump(5000);
  });

  it('are told once, when the leader says that it leads, and counted from when it was started again', () => {
    assert.equal(comebacks.told(report(300, 'unsure')), null);
    clock.jump(700);
    assert.deepEqual(comebacks.told(report(1000)), {
      from: 'pod-b',
      to: 'pod-b',
      because: 'came back',
      at: clock.wall() - 1000,
      tookMs: null,
      leaderTransitions: 3,
    });
    clock.jump(500);
    assert.equal(comebacks.told(report(1500)), null);
  });

  it('are not seen in a leader that is as old as it should be, whoever tells and however long that takes', () => {
    for (const upMs of [65_000, 65_900, 64_100, null]) assert.equal(comebacks.told(report(upMs)), null);
    assert.equal(comebacks.told([]), null);
  });

  it('are not seen in a leader whose clock drifts away, however long', () => {
    for (let upMs = 65_000, hour = 0; hour < 72; hour += 1) {
      assert.equal(comebacks.told(report(upMs)), null);
      leads('pod-b');
      clock.jump(3_600_000);
      leads('pod-b');
      upMs += 3_599_900;
    }
  });

  it('are not seen in a new term: that one is told as a handover', () => {
    leads('pod-c');
    comebacks.told(report(66_000, 'standby'));
    leads('pod-b', 5);
    assert.equal(comebacks.told(report(1000)), null);
  });

  it('are not seen while nobody leads, or this pod does', () => {
    leads('');
    assert.equal(comebacks.told(report(1000)), null);
  });
});
