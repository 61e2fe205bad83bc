import assert from 'node:assert/strict';
import { ForbiddenError } from '../../../src/election/resource-lock.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';
import { lease, retryPeriod } from '../candidate.ts';
import { newReflectedLock } from './reflected-lock.ts';

describe('Reflector', () => {
  let { store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock();
  beforeEach(() => ({ store, clock, lock, observed, said, renew, reflect, stop } = newReflectedLock()));
  afterEach(() => stop());

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
});
