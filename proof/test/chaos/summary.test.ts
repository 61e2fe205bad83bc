import assert from 'node:assert/strict';
import { durationsOf } from '../../../elector/src/election/leader-election-config.ts';
import type { Round } from '../../chaos/chaos.ts';
import { Recording } from '../../observation/recording.ts';
import { isGood, judge, summarize } from '../../chaos/summary.ts';

const durations = durationsOf({ leaseDuration: 3 });

/** A round of one fault after which leadership took so long to come back. */
function roundOf(recoveryMs: number): Round {
  const fault = { kind: 'lock deleted', pod: null, beganAt: 0, endedAt: 0 } as const;
  return { faults: [fault], healedAt: 1000, recoveredAt: 1000 + recoveryMs, leader: 'example-a' };
}

function yes(pod: string, fencingToken: string, askedAt: number) {
  const status = {
    name: pod,
    isLeader: true,
    leaderTransitions: 0,
    fencingToken,
    validForMs: 1,
    expiresInMs: null,
  };
  return { pod, via: 'GET /' as const, askedAt, heardAt: askedAt + 1, status };
}

describe('The summary of a chaos run', () => {
  it('allows a lease, a retry period and the longest backoff for a recovery', () => {
    assert.equal(judge(new Recording(), [], durations).recoveryLimitMs, 3000 + 400 + 1000);
    const inTime = judge(new Recording(), [roundOf(4400)], durations);
    assert.ok(isGood(inTime));
    const late = judge(new Recording(), [roundOf(10), roundOf(4401)], durations);
    assert.ok(!isGood(late));
    const lines = summarize(late);
    assert.ok(lines.some((line) => /^late recoveries +1$/.test(line)));
    assert.ok(lines.some((line) => /late: .*lock deleted: a leads after 4.4 s$/.test(line)));
  });

  it('tells faults, recoveries, answers, terms and the longest time without a leader', () => {
    const recording = new Recording();
    for (const [pod, token, at] of [
      ['a', '1', 0],
      ['a', '1', 100],
      ['b', '2', 2601],
    ] as const)
      recording.heard(yes(pod, token, at));
    const rounds = [10, 20, 700].map(roundOf);
    const text = summarize(judge(recording, rounds, durations)).join('\n');
    assert.match(text, /^ +3 {2}lock deleted +20 ms +700 ms$/m);
    assert.match(text, /^ +3 {2}in 3 rounds$/m);
    assert.match(text, /^answers +3, of which 3 say yes$/m);
    assert.match(text, /^terms +2$/m);
    assert.match(text, /^longest without +2.5 s$/m);
    assert.match(text, /^recovery +median 20 ms, p99 700 ms, longest 700 ms; allowed 4.4 s$/m);
    assert.match(text, /^overlaps +0$/m);
  });

  it('is bad where there was an overlap, or an answer that could not be read', () => {
    const overlapping = new Recording();
    for (const [pod, token, at] of [
      ['a', '1', 0],
      ['b', '2', 10],
      ['a', '1', 20],
      ['b', '2', 30],
    ] as const)
      overlapping.heard(yes(pod, token, at));
    const outcome = judge(overlapping, [], durations);
    assert.ok(!isGood(outcome));
    assert.ok(summarize(outcome).some((line) => /^overlaps +1$/.test(line)));
    const unreadable = new Recording();
    unreadable.unreadable.push('a: nonsense');
    assert.ok(!isGood(judge(unreadable, [], durations)));
  });
});
