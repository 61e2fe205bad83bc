import assert from 'node:assert/strict';
import { ObservedLock } from '../../src/election/observed-lock.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { FaultyLock } from './faulty-lock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

describe('ObservedLock', () => {
  let store: LockStore;
  let clock: FakeClock;
  let lock: FaultyLock;
  let observed: ObservedLock;
  let changes: number;

  beforeEach(() => {
    store = new LockStore();
    clock = new FakeClock();
    lock = new FaultyLock(store);
    changes = 0;
    observed = new ObservedLock(lock, {
      clock,
      leaseDurationMs: 15_000,
      retryPeriodMs: 2_000,
      onChange: () => changes++,
    });
  });

  it('takes in every answer of several attempts at a read, whichever came first', async () => {
    const answered = deferred();
    lock.fault = () => (lock.requests.length === 1 ? { heldUntil: answered.promise } : undefined);
    const reading = observed.refresh();
    await clock.advance(2_000);
    await reading;
    assert.equal(observed.object, null);
    store.setRecord({ holderIdentity: 'other' });
    answered.resolve();
    await settle();
    assert.equal(observed.holderName, 'other');
    assert.equal(changes, 2);
  });

  it('knows nothing before it has observed, and then tells each change once', async () => {
    assert.equal(observed.object, undefined);
    await observed.refresh();
    assert.equal(observed.object, null);
    await observed.refresh();
    store.setRecord({ holderIdentity: 'other' });
    await observed.refresh();
    await observed.refresh();
    assert.equal(changes, 2);
  });

  it('drops an event that is older than what it knows', async () => {
    const old = store.setRecord({ holderIdentity: 'old' });
    store.setRecord({ holderIdentity: 'new' });
    await observed.refresh();
    observed.accept({ type: 'changed', object: old });
    observed.accept({ type: 'deleted', uid: old.uid, resourceVersion: old.resourceVersion });
    assert.equal(observed.holderName, 'new');
  });

  it('compares resourceVersions as numbers', async () => {
    const held = store.setRecord({ holderIdentity: 'a' });
    await observed.refresh();
    observed.accept({ type: 'changed', object: { ...held, resourceVersion: '1000', holderUid: 'newer' } });
    assert.equal(observed.object?.holderUid, 'newer');
  });

  it('drops an answer that a newer event overtook', async () => {
    store.setRecord({ holderIdentity: 'old' });
    const old = store.object;
    const { promise, resolve } = deferred();
    lock.fault = () => ({ heldUntil: promise });
    lock.get = async () => {
      await promise;
      return old;
    };
    const reading = observed.refresh();
    observed.accept({ type: 'changed', object: store.setRecord({ holderIdentity: 'new' }) });
    resolve();
    await reading;
    assert.equal(observed.holderName, 'new');
  });

  it('believes a read that shows an older state, as after the restoration of a backup', async () => {
    const old = store.setRecord({ holderIdentity: 'restored' });
    store.setRecord({ holderIdentity: 'lost with the backup' });
    await observed.refresh();
    store.restore(old);
    await clock.advance(1000);
    await observed.refresh();
    await settle();
    assert.equal(observed.holderName, 'restored');
    assert.equal(observed.freeAt, clock.monotonic() + 10_000);
  });
});
