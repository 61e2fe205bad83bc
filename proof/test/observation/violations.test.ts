import assert from 'node:assert/strict';
import type { Answer, AppEnd } from '../../observation/recording.ts';
import { termsOf } from '../../observation/terms.ts';
import { violationsIn } from '../../observation/violations.ts';

const noted = { leaderTransitions: 0, expiresInMs: null };

/** A "yes", asked for and heard at these times. */
function yes(pod: string, fencingToken: string, askedAt: number, heardAt: number, validForMs = 1): Answer {
  const status = { ...noted, name: pod, isLeader: true, fencingToken, validForMs };
  return { pod, via: 'GET /', askedAt, heardAt, status };
}

/** A "no". */
function no(pod: string, askedAt: number, heardAt: number, name = ''): Answer {
  const status = { ...noted, name, isLeader: false, fencingToken: null, validForMs: 0 };
  return { pod, via: 'GET /', askedAt, heardAt, status };
}

function violatedBy(answers: Answer[], appEnds: AppEnd[] = []): string[] {
  return violationsIn({ answers, appEnds }).map(({ invariant }) => invariant);
}

describe('The overlap counter', () => {
  it('counts two terms that have a moment in common', () => {
    const answers = [
      yes('a', '5', 0, 10),
      yes('b', '7', 40, 50),
      yes('a', '5', 60, 70),
      yes('b', '7', 90, 99),
    ];
    assert.deepEqual(violatedBy(answers), ['one leader', 'fencing token']);
  });

  it('counts one answer within the term of another pod', () => {
    const answers = [yes('a', '5', 0, 10), yes('b', '7', 20, 30), yes('a', '5', 40, 50)];
    assert.deepEqual(violatedBy(answers), ['one leader', 'fencing token']);
  });

  it('counts two terms of which nobody asked in between, but each had begun before the other was asked for last', () => {
    const answers = [
      yes('a', '5', 0, 10),
      yes('b', '7', 0, 12),
      yes('a', '5', 20, 60),
      yes('b', '7', 20, 60),
    ];
    assert.deepEqual(violatedBy(answers), ['one leader', 'fencing token']);
  });

  it('does not count two answers that were on their way at one time, since one may have followed the other', () => {
    assert.deepEqual(violatedBy([yes('a', '5', 0, 30), yes('b', '7', 10, 40)]), []);
  });

  it('does not count the time after a last yes was asked for, nor before a first one was heard', () => {
    const answers = [
      yes('a', '5', 0, 10),
      yes('a', '5', 20, 90),
      yes('b', '7', 15, 25),
      yes('b', '7', 60, 80),
    ];
    assert.deepEqual(violatedBy(answers), []);
  });

  it('does not fill the time between two terms of one pod', () => {
    const answers = [
      yes('a', '5', 0, 10),
      yes('b', '7', 20, 30),
      yes('b', '7', 32, 34),
      yes('a', '9', 40, 50),
      yes('a', '9', 60, 70),
    ];
    assert.deepEqual(violatedBy(answers), []);
    assert.equal(termsOf({ answers, appEnds: [] }).length, 3);
  });

  it('takes an event for what it is: said at some time after its stream was asked for', () => {
    const event = { ...yes('a', '5', 0, 100), via: 'GET /events' as const };
    assert.deepEqual(violatedBy([event, yes('b', '7', 20, 30), yes('b', '7', 40, 50)]), []);
    const streamed = [event, yes('b', '7', 110, 120), yes('a', '5', 130, 140), yes('b', '7', 150, 160)];
    assert.deepEqual(violatedBy(streamed), ['one leader', 'fencing token']);
  });
});

describe('The check of validities', () => {
  it('finds a leader beside an app that may still act, counted from the asking', () => {
    const answers = [yes('a', '5', 0, 10, 2000), yes('b', '7', 1900, 1990)];
    assert.deepEqual(violatedBy(answers), ['validity']);
    assert.deepEqual(violatedBy([yes('a', '5', 0, 10, 2000), yes('b', '7', 1900, 2000)]), []);
  });

  it('lets another lead once the app has ended', () => {
    const answers = [yes('a', '5', 0, 10, 2000), yes('b', '7', 500, 510)];
    assert.deepEqual(violatedBy(answers, [{ pod: 'a', at: 400, forGood: false }]), []);
    assert.deepEqual(violatedBy(answers, [{ pod: 'a', at: 600, forGood: false }]), ['validity']);
    assert.deepEqual(violatedBy(answers, [{ pod: 'b', at: 400, forGood: false }]), ['validity']);
  });

  it('gives nothing on what is said while a pod is being deleted', () => {
    const answers = [yes('a', '5', 500, 510, 2000), yes('b', '7', 700, 710)];
    assert.deepEqual(violatedBy(answers, [{ pod: 'a', at: 400, forGood: true }]), []);
  });

  it('believes what a pod says after its app was started again', () => {
    const answers = [yes('a', '5', 500, 510, 2000), yes('b', '7', 700, 710)];
    assert.deepEqual(violatedBy(answers, [{ pod: 'a', at: 400, forGood: false }]), ['validity']);
  });
});

describe('The check of fencing tokens', () => {
  it('finds a lower token after a higher one, as numbers', () => {
    assert.deepEqual(violatedBy([yes('a', '10', 0, 10), yes('b', '9', 20, 30)]), ['fencing token']);
    assert.deepEqual(violatedBy([yes('a', '9', 0, 10), yes('b', '10', 20, 30)]), []);
  });

  it('finds a token that two pods have', () => {
    assert.deepEqual(violatedBy([yes('a', '10', 0, 10), yes('b', '10', 20, 30)]), ['fencing token']);
  });

  it('compares only with what was heard before the question', () => {
    assert.deepEqual(violatedBy([yes('a', '10', 0, 30), yes('b', '9', 20, 40)]), []);
  });
});

describe('The check of answers', () => {
  it('finds a no in the middle of a term', () => {
    const answers = [yes('a', '5', 0, 10), no('a', 20, 30), yes('a', '5', 40, 50)];
    assert.deepEqual(violatedBy(answers), ['unbroken term']);
    assert.deepEqual(violatedBy([yes('a', '5', 0, 10), no('b', 20, 30, 'a'), yes('a', '5', 40, 50)]), []);
  });

  it('finds an answer that contradicts itself', () => {
    assert.deepEqual(violatedBy([no('a', 0, 10, 'a')]), ['consistent answer']);
    assert.deepEqual(violatedBy([yes('a', '5', 0, 10, 0)]), ['consistent answer']);
  });
});
