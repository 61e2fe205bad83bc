import assert from 'node:assert/strict';
import { ObservedLock } from '../../src/election/observed-lock.ts';
import { Reflector } from '../../src/election/reflector.ts';
import {
  ExpiredError,
  ForbiddenError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
  type LockEvent,
  type LockObject,
} from '../../src/election/resource-lock.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { LockStore, MemoryLock } from './memory-lock.ts';

const lease = 15_000;
const retryPeriod = 2_000;

describe('Reflector', () => {
  let store: LockStore;
  let clock: FakeClock;
  let lock: MemoryLock;
  let observed: ObservedLock;
  let stopping: AbortController;
  let said: string[];
  let hasEnded: boolean;

  beforeEach(() => {
    store = new LockStore();
    clock = new FakeClock();
    lock = new MemoryLock(store);
    observed = new ObservedLock(lock, {
      clock,
      leaseDurationMs: lease,
      retryPeriodMs: retryPeriod,
      onChange: () => {},
    });
    stopping = new AbortController();
    said = [];
  });

  afterEach(() => stopping.abort());

  async function reflect(): Promise<void> {
    const say = (message: string) => said.push(message);
    const log = { info: say, warn: say, error: say };
    const reflector = new Reflector(observed, { clock, random: () => 1, log, retryPeriodMs: retryPeriod });
    hasEnded = false;
    void reflector.run(stopping.signal).then(() => (hasEnded = true));
    await settle();
  }

  /** The holder renews, as seen by the store alone. */
  const renew = () => store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });

  it('reads once, and sees everything else by one watch', async () => {
    renew();
    await reflect();
    assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
    for (let renewal = 0; renewal < 30; renewal++) {
      await clock.advance(retryPeriod);
      renew();
      await settle();
      assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
    }
    assert.deepEqual(lock.requests, ['get', 'watch']);
  });

  it('sees an object that is created, changed and deleted while it watches', async () => {
    await reflect();
    assert.equal(observed.object, null);
    const created = renew();
    await settle();
    assert.deepEqual(observed.object, created);
    store.remove();
    await settle();
    assert.equal(observed.object, null);
    assert.deepEqual(lock.requests, ['get', 'watch']);
  });

  it('resumes a watch that the server ended, without reading', async () => {
    renew();
    await reflect();
    lock.endWatch();
    await settle();
    renew();
    await clock.advance(1000);
    assert.deepEqual(lock.requests, ['get', 'watch', 'watch']);
    assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
  });

  it('resumes a watch that broke, and misses nothing, not even a deletion', async () => {
    renew();
    await reflect();
    lock.endWatch(new Error('ECONNRESET'));
    await settle();
    store.remove();
    await clock.advance(1000);
    assert.deepEqual(lock.requests, ['get', 'watch', 'watch']);
    assert.equal(observed.object, null);
  });

  it('reads again when the resourceVersion to resume from is too old', async () => {
    renew();
    await reflect();
    lock.endWatch();
    await settle();
    renew();
    renew();
    store.compact();
    await clock.advance(1000);
    assert.deepEqual(lock.requests, ['get', 'watch', 'watch', 'get', 'watch']);
    assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
  });

  it('replaces a watch that misses two renewals of a held lock', async () => {
    renew();
    await reflect();
    lock.watchIsSilent = true;
    renew();
    await clock.advance((2 / 3) * lease + 1000 - 1);
    assert.deepEqual(lock.requests, ['get', 'watch']);
    await clock.advance(1 + 50);
    assert.deepEqual(lock.requests, ['get', 'watch', 'get', 'watch']);
    assert.equal(observed.object?.resourceVersion, store.object?.resourceVersion);
  });

  it('keeps a silent watch of a lock that nobody holds', async () => {
    store.setRecord({ holderIdentity: '' });
    await reflect();
    await clock.advance(600_000);
    assert.deepEqual(lock.requests, ['get', 'watch']);
  });

  it('reads every retryPeriod where watching is forbidden, tries again once a lease, and says each change once', async () => {
    renew();
    lock.watchError = new ForbiddenError('watch is forbidden');
    await reflect();
    await clock.advance(lease - 1);
    assert.deepEqual(lock.requests, ['get', 'watch', ...Array<string>(7).fill('get')]);
    await clock.advance(2 * lease);
    assert.equal(lock.requests.filter((request) => request === 'watch').length, 3);
    assert.deepEqual(said, ['watching is forbidden, reads every retryPeriod instead']);

    lock.watchError = null;
    await clock.advance(2 * lease);
    renew();
    await settle();
    const requests = lock.requests.length;
    await clock.advance(0.3 * lease);
    assert.equal(lock.requests.length, requests, 'it reads no more');
    assert.equal(said.at(-1), 'watching');
  });

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

  describe('where the watch cannot go on', () => {
    const at = (object: LockObject | null, resourceVersion: string): LockObject => ({
      ...(object ?? assert.fail('there is no object')),
      resourceVersion,
    });
    /**
     * The store's object has been put back to an older state since the first read and watch, which ended. Watches show what `script`
     * says, and stay open unless they `end`.
     */
    async function restore(
      script: (after: string | null) => Iterable<LockEvent>,
      ends: (after: string | null) => boolean = () => false,
    ): Promise<void> {
      const before = renew();
      await reflect();
      const restored = at(before, '7');
      lock.get = () => {
        lock.requests.push('get');
        return Promise.resolve(restored);
      };
      lock.watch = async function* (after) {
        lock.requests.push(`watch from ${after}`);
        yield* await Promise.resolve(script(after));
        if (!ends(after)) await new Promise(() => undefined);
      };
      lock.endWatch();
      await clock.advance(1000);
    }
    const known = '101';
    const isHealed = () => {
      assert.equal(observed.object?.resourceVersion, '7');
      assert.equal(lock.requests.at(-1), 'watch from 7');
    };

    for (const [code, error] of [
      ['504, the version being too large', new StatusError('504 Timeout: Too large resource version')],
      ['400, the version being invalid', new StatusError('400 BadRequest')],
      ['410', new ExpiredError('410 Expired')],
    ] as const) {
      it(`begins anew after ${code}`, async () => {
        await restore((after) => {
          if (after === known) throw error;
          return [];
        });
        isHealed();
        assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'get', 'watch from 7']);
      });
    }

    it('begins anew where the versions go back within a watch', async () => {
      await restore((after) => (after === known ? [{ type: 'changed', object: at(store.object, '6') }] : []));
      isHealed();
      assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'get', 'watch from 7']);
      assert.deepEqual(said, ['watching failed, tries again']);
    });

    for (const [what, error] of [
      ['each', null],
      ['each, with a broken connection,', new Error('ECONNRESET')],
      ['each, with credentials that are not accepted,', new UnauthorizedError('401')],
    ] as const) {
      it(`begins anew where ${what} of a few watches ends without having shown anything`, async () => {
        await restore(
          (after) => {
            if (after === known && error !== null) throw error;
            return [];
          },
          (after) => after === known,
        );
        isHealed();
        assert.deepEqual(lock.requests.slice(2), ['watch from 101', 'watch from 101', 'get', 'watch from 7']);
      });
    }

    it('goes on from the present state, which is always known, where there is no object', async () => {
      lock.watchError = new StatusError('500 InternalError');
      await reflect();
      await clock.advance(10_000);
      assert.deepEqual(new Set(lock.requests), new Set(['get', 'watch']));
      assert.equal(lock.requests.filter((request) => request === 'get').length, 1);
    });
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
    stopping.abort();
    await settle();
    assert.ok(hasEnded);
    answer();
    await settle();
    assert.deepEqual(lock.requests, ['get']);
    assert.deepEqual(said, []);
  });
});
