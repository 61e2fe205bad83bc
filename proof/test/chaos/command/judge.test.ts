import assert from 'node:assert/strict';
import { isPromised, judgeWork } from '../../../chaos/command/judge.ts';
import { WorkRecording } from '../../../chaos/command/work-recording.ts';

describe('What the commands told', () => {
  let recording: WorkRecording;

  beforeEach(() => {
    recording = new WorkRecording();
  });

  /** The candidate writes the lock, and its command works from then until so much later, in process `pid` and with this token. */
  function term(candidate: string, pid: number, token: string, from: number, forMs: number): void {
    recording.writes.push({ holder: candidate, at: from });
    recording.works(candidate, token, pid, from);
    recording.works(candidate, token, pid, from + forMs);
  }

  const judged = () => judgeWork(recording, 2000);

  it('is as promised where one worked after the other, each within its right', () => {
    term('a', 1, '10', 0, 1900);
    term('b', 2, '11', 3000, 1500);
    assert.equal(isPromised(judged()), true);
    assert.deepEqual(judged().gaps, [1100]);
    assert.deepEqual(judged().left, [100, 500]);
  });

  it('has an overlap where two worked at the same time, whoever began them', () => {
    term('a', 1, '10', 0, 1900);
    term('a', 2, '10', 1800, 100);
    assert.equal(judged().overlaps.length, 1);
    assert.equal(isPromised(judged()), false);
  });

  it('has a late one where a command worked for longer than its right, though nobody else did', () => {
    term('a', 1, '10', 0, 2001);
    assert.equal(judged().late.length, 1);
    assert.equal(isPromised(judged()), false);
  });

  it('counts the right from the last write of that candidate', () => {
    term('a', 1, '10', 0, 3500);
    recording.writes.push({ holder: 'a', at: 1600 });
    assert.deepEqual(judged().left, [100]);
  });

  it('has a sunken token where a later one is lower, as a number, or the same in another hand', () => {
    term('a', 1, '10', 0, 100);
    term('b', 2, '9', 3000, 100);
    term('c', 3, '9', 6000, 100);
    assert.equal(judged().sunkenTokens, 2);
    assert.equal(isPromised(judged()), false);
  });

  it('may have the same token twice in one hand: the command was started again in its term', () => {
    term('a', 1, '10', 0, 100);
    term('a', 2, '10', 200, 100);
    assert.equal(isPromised(judged()), true);
  });
});
