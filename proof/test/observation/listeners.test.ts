import assert from 'node:assert/strict';
import { eventually } from '../../../base/testing/eventually.ts';
import type { ElectorPod } from '../../observation/electors.ts';
import { Listeners } from '../../observation/listeners.ts';
import { Recording } from '../../observation/recording.ts';
import type { Answer } from '../../observation/recording.ts';
import { violationsIn } from '../../observation/violations.ts';
import { FakeElector } from './fake-elector.ts';

describe('The listeners of a chaos run', () => {
  let a: FakeElector;
  let b: FakeElector;
  let recording: Recording;
  let listeners: Listeners;
  let pods: ElectorPod[];

  beforeEach(async () => {
    a = await FakeElector.start('a');
    b = await FakeElector.start('b');
    recording = new Recording();
    pods = ['a', 'b'].map((name) => ({ name, isReady: true, isTerminating: false }));
    listeners = new Listeners(
      { pods: () => pods, electorPort: (pod) => (pod === 'a' ? a : b).port },
      recording,
    );
  });

  afterEach(async () => {
    await listeners.end();
    a.stop();
    b.stop();
  });

  const violated = () => new Set(violationsIn(recording).map(({ invariant }) => invariant));
  const next = (condition: (answer: Answer) => boolean) =>
    recording.next(condition, AbortSignal.timeout(50_000));
  const nextYes = (pod: string) => next((answer) => answer.pod === pod && answer.status.isLeader);

  it('catch two electors that both say that they lead', async () => {
    a.lead('1', 2000);
    b.lead('2', 2000);
    await eventually('an overlap', () => violated().has('one leader'));
  });

  it('catch an elector that leads before the validity of another has run out', async () => {
    a.lead('1', 600_000);
    await nextYes('a');
    a.follow('b');
    await next(({ pod, status }) => pod === 'a' && !status.isLeader);
    b.lead('2', 2000);
    await nextYes('b');
    assert.deepEqual(violated(), new Set(['validity']));
  });

  it('find nothing where one follows the other', async () => {
    a.lead('1', 1);
    await nextYes('a');
    a.follow('b');
    await next(({ pod, status }) => pod === 'a' && !status.isLeader);
    b.lead('2', 1);
    await nextYes('b');
    await nextYes('b');
    assert.deepEqual(violated(), new Set());
  });

  it('hear events as well as answers', async () => {
    await eventually('somebody who follows', () => a.isFollowed);
    a.lead('1', 1);
    for (const via of ['GET /', 'GET /events'])
      await eventually(via, () =>
        recording.answers.some((answer) => answer.via === via && answer.status.isLeader),
      );
  });

  it('leave the events of a pod that is being deleted, and go on asking it', async () => {
    await eventually('somebody who follows', () => a.isFollowed);
    pods = pods.map((pod) => ({ ...pod, isTerminating: pod.name === 'a' }));
    await eventually('nobody who follows', () => !a.isFollowed);
    a.lead('1', 1);
    assert.equal((await nextYes('a')).via, 'GET /');
  });

  it('keep an answer that cannot be read', async () => {
    a.say('{"isLeader":true}');
    await eventually('an unreadable answer', () => recording.unreadable.length > 0);
    assert.match(recording.unreadable[0] ?? '', /^a: not an answer of an elector: {"isLeader":true}$/);
  });
});
