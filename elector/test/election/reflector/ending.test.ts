import assert from 'node:assert/strict';
import { Reflector } from '../../../src/election/reflector.ts';
import { ForbiddenError } from '../../../src/election/resource-lock.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';
import { retryPeriod } from '../candidate.ts';
import { newReflectedLock } from './reflected-lock.ts';

describe('Reflector', () => {
  let { clock, lock, observed, said, reflect, stop, hasEnded } = newReflectedLock();
  beforeEach(() => ({ clock, lock, observed, said, reflect, stop, hasEnded } = newReflectedLock()));
  afterEach(() => stop());

  it('ends when it is told to, whatever it is doing', async () => {
    const reflector = new Reflector(observed, {
      clock,
      random: Math.random,
      log: { info() {}, warn() {}, error() {} },
      retryPeriodMs: retryPeriod,
    });
    for (const prepare of [() => {}, () => (lock.watchError = new ForbiddenError('no'))]) {
      prepare();
      const ending = new AbortController();
      const ended = reflector.run(ending.signal);
      await settle();
      ending.abort();
      await ended;
    }
  });

  it('ends when it is told to while it reads, without waiting for the answer, and opens no watch after', async () => {
    const { promise: answered, resolve: answer } = deferred();
    lock.fault = () => ({ heldUntil: answered });
    await reflect();
    stop();
    await settle();
    assert.ok(hasEnded());
    answer();
    await settle();
    assert.deepEqual(lock.requests, ['get']);
    assert.deepEqual(said, []);
  });
});
