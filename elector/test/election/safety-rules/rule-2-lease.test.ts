import assert from 'node:assert/strict';
import { ForbiddenError } from '../../../src/election/resource-lock.ts';
import { lease, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('Safety', () => {
  let { store, clock, reading, holder } = newElection();
  beforeEach(() => ({ store, clock, reading, holder } = newElection()));

  describe('rule 2: a held lock is taken only when it has not changed for its own lease', () => {
    it('counted from the last change seen here, whatever the times in the record say', async () => {
      const past = new Date(0);
      store.setRecord({
        holderIdentity: 'other',
        leaseDurationSeconds: 10,
        renewTime: past,
        acquireTime: past,
      });
      await start(store, clock, 'a');
      await clock.advance(6_000);
      store.setRecord({
        holderIdentity: 'other',
        leaseDurationSeconds: 10,
        renewTime: past,
        acquireTime: past,
      });
      await clock.advance(9_999);
      assert.equal(holder(), 'other');
      await clock.advance(1);
      assert.equal(holder(), 'a');
    });

    it('any change counts, even one that leaves the record as it was', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      await start(store, clock, 'a');
      await clock.advance(6_000);
      store.set(reading(), 'another-uid');
      await clock.advance(9_999);
      assert.equal(holder(), 'other');
    });

    for (const leaseDurationSeconds of [0, -5]) {
      it(`a foreign lease of ${leaseDurationSeconds} s counts as our own`, async () => {
        store.setRecord({ holderIdentity: 'other', leaseDurationSeconds });
        await start(store, clock, 'a');
        await clock.advance(lease - 1);
        assert.equal(holder(), 'other');
        await clock.advance(1);
        assert.equal(holder(), 'a');
      });
    }

    it('a foreign lease longer than our own is waited out in full', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 60 });
      await start(store, clock, 'a');
      await clock.advance(59_999);
      assert.equal(holder(), 'other');
    });

    it('the wall clock has no say', async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 15 });
      await start(store, clock, 'a');
      clock.stepWall(3_600_000);
      await clock.advance(lease - 1);
      assert.equal(holder(), 'other');
    });

    it('a record that cannot be read is held by somebody, for a lease of our own', async () => {
      store.set({ kind: 'unreadable', problem: 'no JSON' });
      await start(store, clock, 'a');
      await clock.advance(lease - 1);
      assert.equal(holder(), undefined);
      await clock.advance(1);
      assert.equal(holder(), 'a');
    });
  });

  it('holds where watching is forbidden: a polling candidate waits out the lease as well', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    const a = await start(
      store,
      clock,
      'a',
      {},
      (lock) => (lock.watchError = new ForbiddenError('no watch')),
    );
    await clock.advance(9_999);
    assert.equal(holder(), 'other');
    await clock.advance(1 + retryPeriod);
    assert.ok(a.elector.isLeader());
  });
});
