import assert from 'node:assert/strict';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { ExpiredError } from '../../src/election/resource-lock.ts';
import { lease, start } from './candidate.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

const othersLease = 10_000;

describe('A lock that went back to a record of its own (rule 3), of which a candidate wants to be rid', () => {
  let clock: FakeClock;
  let store: LockStore;

  beforeEach(() => {
    clock = new FakeClock();
    store = new LockStore();
  });

  /** `a`, which does not stand, has seen that another acquired the lock after it, and then its own record again. */
  async function aside(leaseDurationSeconds: number) {
    const own = store.setRecord({ holderIdentity: 'a', leaseDurationSeconds }, 'a-uid');
    const a = await start(store, clock, 'a', { hasAppEnded: () => true });
    a.elector.standAside('app ended');
    await clock.advance(0);
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: othersLease / 1000 }, 'other-uid');
    await clock.advance(1000);
    store.restore(own);
    a.lock.endWatch(new ExpiredError('too old resource version'));
    return a;
  }

  it('is released only once whoever held it since can no longer lead', async () => {
    const a = await aside(lease / 1000);
    await clock.advance(othersLease - 1);
    assert.notEqual(store.object?.holderUid, null);
    await clock.advance(1000);
    assert.equal(store.object?.holderUid, null);
    a.stop();
    await a.ended;
  });

  it('is not released where its own lease runs out before that', async () => {
    const a = await aside(othersLease / 2000);
    const before = a.lock.requests.length;
    await clock.advance(2 * othersLease);
    assert.equal(a.lock.requests.slice(before).includes('update'), false);
    a.stop();
    await a.ended;
  });
});
