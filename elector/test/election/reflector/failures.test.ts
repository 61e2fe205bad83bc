import assert from 'node:assert/strict';
import { ForbiddenError, ThrottledError, UnauthorizedError } from '../../../src/election/resource-lock.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';
import { lease, retryPeriod } from '../candidate.ts';
import { newReflectedLock } from './reflected-lock.ts';

describe('Reflector', () => {
  let { store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock();
  beforeEach(() => ({ store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock()));
  afterEach(() => stop());

  it('keeps trying, at most a second apart, while the server cannot be reached', async () => {
    lock.fault = () => ({ error: new Error('ECONNREFUSED') });
    await reflect();
    await clock.advance(60_000);
    const before = lock.requests.length;
    await clock.advance(10_000);
    assert.equal(lock.requests.length - before, 10);
    assert.equal(observed.object, undefined);
    assert.deepEqual(said, ['reading failed, tries again']);
    lock.fault = () => undefined;
    await clock.advance(1000);
    assert.equal(observed.object, null);
  });

  describe('where the server asks for fewer requests', () => {
    const throttle = (retryAfterMs: number) => {
      lock.fault = () => ({ error: new ThrottledError('429', retryAfterMs) });
      lock.watchError = new ThrottledError('429', retryAfterMs);
    };

    it('waits for as long as it asks', async () => {
      throttle(7_000);
      await reflect();
      await clock.advance(6_999);
      assert.deepEqual(lock.requests, ['get']);
      await clock.advance(1);
      assert.deepEqual(lock.requests, ['get', 'get']);
    });

    it('waits no longer than the lease', async () => {
      throttle(60_000);
      await reflect();
      await clock.advance(lease - 1);
      assert.deepEqual(lock.requests, ['get']);
      await clock.advance(1);
      assert.deepEqual(lock.requests, ['get', 'get']);
    });

    it('waits no shorter than of itself', async () => {
      throttle(1);
      await reflect();
      await clock.advance(60_000);
      const before = lock.requests.length;
      await clock.advance(10_000);
      assert.equal(lock.requests.length - before, 10);
    });

    it('waits for as long as it asks where watching is forbidden too', async () => {
      lock.watchError = new ForbiddenError('watch is forbidden');
      await reflect();
      lock.fault = () => ({ error: new ThrottledError('429', 7_000) });
      await clock.advance(retryPeriod + 6_999);
      assert.deepEqual(lock.requests, ['get', 'watch', 'get']);
      await clock.advance(1);
      assert.deepEqual(lock.requests, ['get', 'watch', 'get', 'get']);
    });
  });

  it('takes credentials that are not accepted for an error like another, and watches on', async () => {
    renew();
    lock.watchError = new UnauthorizedError('401');
    await reflect();
    lock.watchError = null;
    await clock.advance(50);
    renew();
    await settle();
    assert.deepEqual(lock.requests, ['get', 'watch', 'watch']);
    assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
    assert.deepEqual(said, ['watching failed, tries again', 'watching']);
  });

  it('comes to a watch a second, and to a line of each kind a minute, where each watch breaks after one event', async () => {
    renew();
    const watches: number[] = [];
    lock.watch = async function* () {
      watches.push(clock.monotonic());
      yield { type: 'changed', object: await Promise.resolve(renew()) };
      throw new Error(`not JSON: garbage ${watches.length}`);
    };
    await reflect();
    await clock.advance(15_000);
    assert.deepEqual(said, ['watching', 'watching failed, tries again']);
    watches.length = 0;
    await clock.advance(105_000);
    assert.equal(watches.length, 105);
    assert.deepEqual(said, [
      'watching',
      'watching failed, tries again',
      'watching',
      'watching failed, tries again',
    ]);
  });

  it('tries again soon after a watch that lasted', async () => {
    lock.fault = () => ({ error: new Error('ECONNREFUSED') });
    await reflect();
    await clock.advance(10_000);
    lock.fault = () => undefined;
    renew();
    await clock.advance(1000);
    await clock.advance(2000);
    lock.endWatch();
    const before = lock.requests.length;
    await clock.advance(50);
    assert.deepEqual(lock.requests.slice(before), ['watch']);
  });
});
