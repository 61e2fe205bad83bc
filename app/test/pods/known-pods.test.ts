import assert from 'node:assert/strict';
import { now } from '../../../base/clock.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import type { PodReport } from '../../page/message.ts';
import { KnownPods, mostPods } from '../../src/pods/known-pods.ts';

const report = (name: string, silentMs: number, role: PodReport['role'] = 'standby'): PodReport => ({
  name,
  ip: '10.244.0.8',
  role,
  silentMs,
  upMs: 1000 + silentMs,
});

describe('What is known of the other pods', () => {
  let clock: FakeClock;
  let pods: KnownPods;

  beforeEach(() => {
    clock = new FakeClock();
    pods = new KnownPods(clock, 'pod-a');
  });

  it('is what was told, and gets older by itself', () => {
    pods.told([report('pod-b', 0, 'leading'), report('pod-c', 700)], now(clock));
    clock.jump(300);
    assert.deepEqual(pods.others(), [report('pod-b', 300, 'leading'), report('pod-c', 1000)]);
  });

  it('gets older while the machine sleeps, too', () => {
    pods.told([report('pod-b', 0)], now(clock));
    clock.stepWall(5000);
    assert.deepEqual(pods.others(), [report('pod-b', 5000)]);
  });

  it('is the youngest of what was told, whoever told it', () => {
    pods.told([report('pod-b', 100, 'leading')], now(clock));
    pods.told([report('pod-b', 900, 'unsure')], now(clock));
    assert.deepEqual(pods.others(), [report('pod-b', 100, 'leading')]);
    pods.told([report('pod-b', 50)], now(clock));
    assert.deepEqual(pods.others(), [report('pod-b', 50)]);
  });

  it('never looks younger than it is, however long an answer takes', () => {
    const askedAt = now(clock);
    clock.jump(400);
    pods.told([report('pod-b', 100)], askedAt);
    assert.deepEqual(pods.others(), [report('pod-b', 500)]);
  });

  it('does not stay young by being told to and fro', () => {
    const other = new KnownPods(clock, 'pod-c');
    pods.told([report('pod-b', 0)], now(clock));
    for (let round = 0; round < 100; round += 1) {
      for (const [asks, answers] of [
        [other, pods],
        [pods, other],
      ] as const) {
        const askedAt = now(clock);
        clock.jump(5);
        const answer = answers.others();
        clock.jump(5);
        asks.told(answer, askedAt);
      }
    }
    assert.deepEqual(pods.others(), [report('pod-b', 2000)]);
  });

  it('does not include this pod, whatever others say of it', () => {
    pods.told([report('pod-a', 0, 'leading')], now(clock));
    assert.deepEqual(pods.others(), []);
  });

  it('is forgotten after a minute', () => {
    pods.told([report('pod-b', 0)], now(clock));
    clock.jump(59_999);
    assert.equal(pods.others().length, 1);
    clock.jump(1);
    assert.deepEqual(pods.others(), []);
  });

  it('is of 100 pods at most, this one included, those that were heard of last', () => {
    const many = Array.from({ length: 300 }, (_, at) => report(`pod-${at}`, 300 - at));
    pods.told(many, now(clock));
    assert.equal(pods.others().length, mostPods - 1);
    assert.deepEqual(pods.others()[0], report('pod-299', 1));
  });
});
