import assert from 'node:assert/strict';
import { durationsOf } from '../../../../elector/src/election/leader-election-config.ts';
import { Recording } from '../../../observation/recording.ts';
import type { InjectedFault } from '../../../chaos/chaos.ts';
import { judge } from '../../../chaos/summary.ts';
import { podLives } from '../../../chaos/picture/lanes.ts';
import { picture } from '../../../chaos/picture/picture.ts';
import { Strips } from '../../../chaos/picture/strips.ts';

const second = 1000;

/** A recording in which these pods answer ten times a second; `leads` says when. */
function recordingOf(
  pods: Readonly<Record<string, readonly [from: number, to: number]>>,
  leads: (pod: string, time: number) => string | null = () => null,
): Recording {
  const recording = new Recording();
  for (const [pod, [from, to]] of Object.entries(pods)) {
    for (let time = from; time <= to; time += second / 10) {
      const fencingToken = leads(pod, time);
      const isLeader = fencingToken !== null;
      const status = {
        name: isLeader ? pod : '',
        isLeader,
        leaderTransitions: 0,
        fencingToken,
        validForMs: 1,
        expiresInMs: null,
      };
      const answer = { pod, via: 'GET /' as const, askedAt: time, heardAt: time + 1 };
      recording.heard({ ...answer, status: { ...status, validForMs: isLeader ? 1 : 0 } });
    }
  }
  recording.answers.sort((one, other) => one.heardAt - other.heardAt);
  return recording;
}

function drawn(recording: Recording, ...faults: InjectedFault[]): string {
  const round = { faults, healedAt: 0, recoveredAt: 0, leader: 'a' };
  return picture(judge(recording, [round], durationsOf({ leaseDuration: 3 })));
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

describe('The picture of a chaos run', () => {
  it('continues in the next strip what goes on after a minute', () => {
    const strips = new Strips(4, 0, 130 * second);
    assert.equal(strips.count, 3);
    const pieces = strips.pieces(50 * second, 125 * second);
    assert.deepEqual(
      pieces.map(({ strip, width }) => [strip, width]),
      [
        [0, 200],
        [1, 1200],
        [2, 100],
      ],
    );
  });

  it('gives a new pod the row of the one that was deleted', () => {
    const recording = recordingOf({ a: [0, 9 * second], b: [0, 20 * second], c: [9 * second, 20 * second] });
    recording.appEnds.push({ pod: 'a', at: 8 * second, forGood: true });
    const lanes = Object.fromEntries(podLives(recording).map(({ pod, lane }) => [pod, lane]));
    assert.deepEqual(lanes, { a: 0, b: 1, c: 0 });
  });

  it('shows where an elector did not answer', () => {
    const recording = recordingOf({ a: [0, 2 * second] });
    recording.answers.splice(5, 10);
    assert.equal(podLives(recording)[0]?.heard.length, 2);
  });

  it('has terms, the times without a leader, and the faults in their rows', () => {
    const leads = (pod: string, time: number) =>
      pod === 'a' && time < 3 * second ? '1' : pod === 'b' && time > 5 * second ? '2' : null;
    const svg = drawn(
      recordingOf({ a: [0, 9 * second], b: [0, 9 * second] }, leads),
      { kind: 'elector frozen', pod: 'a', beganAt: 3 * second, endedAt: 5 * second },
      { kind: 'API server slow', pod: null, beganAt: 6 * second, endedAt: 7 * second },
      { kind: 'lock deleted', pod: null, beganAt: 8 * second, endedAt: 8 * second },
    );
    // One of each is the legend's.
    for (const className of ['leads', 'nobody', 'frozen', 'slow', 'mark lock'])
      assert.equal(count(svg, `class="${className}"`), className === 'leads' ? 3 : 2, className);
    assert.match(svg, /<title>b leads, fencing token 2<\/title>/);
    assert.match(svg, /3 faults, 2 terms, 0 overlaps/);
    assert.ok(!svg.includes('class="mark violation"'));
  });

  it('marks where two led at one time', () => {
    const leads = (pod: string) => (pod === 'a' ? '1' : '2');
    const svg = drawn(recordingOf({ a: [0, 2 * second], b: [0, 2 * second] }, leads));
    assert.match(svg, /0 faults, 2 terms, 1 overlap</);
    assert.ok(svg.includes('class="mark violation"'));
  });
});
