import assert from 'node:assert/strict';
import { lease, renewPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('Safety rule 1: every write carries the uid and resourceVersion that were read', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('so a candidate that was frozen between decision and write does not overwrite a renewal', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a', {}, (lock) => {
      lock.fault = (verb) => (verb === 'update' ? { heldUntil: promise } : undefined);
    });
    await clock.advance(lease);
    a.lock.fault = () => undefined;
    assert.equal(a.lock.requests.at(-1), 'update');
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
    resolve();
    await settle();
    assert.equal(holder(), 'other');
    assert.equal(a.elector.isLeader(), false);
  });

  it('so a lock that was deleted and made anew by another is not overwritten', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    a.lock.watchIsSilent = true;
    store.remove();
    store.setRecord({ holderIdentity: 'b' }, 'b-uid');
    await clock.advance(renewPeriod);
    assert.equal(holder(), 'b');
    assert.equal(a.elector.isLeader(), false);
  });
});
