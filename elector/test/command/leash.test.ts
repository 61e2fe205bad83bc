import assert from 'node:assert/strict';
import { now } from '../../../base/clock.ts';
import { Leash, leashLimits } from '../../src/command/leash.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';

// Lease 15 s: a right of 10 s, of which the last 2.5 s are notice, and the last 0.5 s margin.
const limits = leashLimits(10_000, 1000);

describe('A leash', () => {
  let clock: FakeClock;
  let sent: NodeJS.Signals[];
  let leash: Leash;

  const grant = (validForMs: number) => ({ askedAt: now(clock), validForMs });
  /** What is sent when so much time has passed. */
  const after = (ms: number) => {
    sent.length = 0;
    clock.jump(ms);
    leash.check();
    return [...sent];
  };

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    leash = new Leash(clock, limits, grant(10_000), (signal) => sent.push(signal));
  });

  it('asks to end while a quarter of the right is left, and kills when the grace period is over', () => {
    assert.deepEqual(after(7499), []);
    assert.deepEqual(after(1), ['SIGTERM', 'SIGCONT']);
    assert.deepEqual(after(999), []);
    assert.deepEqual(after(1), ['SIGKILL']);
  });

  it('kills before the right has run out, whatever is left of the grace period', () => {
    leash = new Leash(clock, leashLimits(10_000, 60_000), grant(10_000), (signal) => sent.push(signal));
    assert.deepEqual(after(7500), ['SIGTERM', 'SIGCONT']);
    assert.deepEqual(after(1999), []);
    assert.deepEqual(after(1), ['SIGKILL']);
  });

  it('is lengthened by each renewal', () => {
    for (let renewals = 0; renewals < 3; renewals += 1) {
      assert.deepEqual(after(5000), []);
      leash.renew(grant(10_000));
    }
  });

  it('is shortened by a right that has ended: then it kills at once', () => {
    leash.renew(grant(0));
    assert.deepEqual(sent, ['SIGKILL']);
  });

  it('goes by the wall clock where that says that more time has passed: the machine was suspended', () => {
    clock.stepWall(9500);
    assert.deepEqual(after(0), ['SIGKILL']);
  });

  it('goes by the monotonic clock where the wall clock was set back', () => {
    clock.stepWall(-3_600_000);
    assert.deepEqual(after(9500), ['SIGKILL']);
  });

  it('asks to end when it is told to, once, by the signal that it is told', () => {
    leash.end('SIGINT');
    leash.end('SIGTERM');
    assert.deepEqual(sent, ['SIGINT', 'SIGCONT']);
    assert.deepEqual(after(1000), ['SIGKILL']);
  });

  it('lets nothing begin that it would ask to end at once', () => {
    assert.equal(leash.mayBegin, true);
    clock.jump(7500);
    assert.equal(leash.mayBegin, false);
  });
});
