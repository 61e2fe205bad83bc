import assert from 'node:assert/strict';
import { ObservedLock } from '../src/observed-lock.ts';
import { Reflector } from '../src/reflector.ts';
import { ForbiddenError, ThrottledError } from '../src/resource-lock.ts';
import { deferred } from './deferred.ts';
import { FakeClock, settle } from './fake-clock.ts';
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

  it('replaces a watch that misses three renewals of a held lock', async () => {
    renew();
    await reflect();
    lock.watchIsSilent = true;
    renew();
    await clock.advance(0.4 * lease + 1000 - 1);
    assert.deepEqual(lock.requests, ['get', 'watch']);
    await clock.advance(1);
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

  it('waits for as long as the server asks', async () => {
    lock.fault = () => ({ error: new ThrottledError('429', 7_000) });
    await reflect();
    await clock.advance(6_999);
    assert.deepEqual(lock.requests, ['get']);
    await clock.advance(1);
    assert.deepEqual(lock.requests, ['get', 'get']);
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

  it('ends when it is told to while it reads, and opens no watch after', async () => {
    const { promise: answered, resolve: answer } = deferred();
    lock.fault = () => ({ heldUntil: answered });
    await reflect();
    stopping.abort();
    answer();
    await settle();
    assert.ok(hasEnded);
    assert.deepEqual(lock.requests, ['get']);
  });
});
