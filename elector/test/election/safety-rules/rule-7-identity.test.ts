import assert from 'node:assert/strict';
import { lease, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('Safety rule 7: an identity belongs to one process group', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  it('its own name and uid: it leads on at once, in a new term', async () => {
    const before = store.setRecord(
      { holderIdentity: 'a', leaderTransitions: 3, leaseDurationSeconds: 15 },
      'a-uid',
    );
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    assert.ok(a.elector.isLeader());
    assert.ok(Number(a.tokens[0]) > Number(before.resourceVersion));
    assert.equal(a.elector.status().leaderTransitions, 3);
  });

  for (const uid of ['another-uid', null]) {
    it(`its own name with ${uid ?? 'no uid'} is a foreign holder`, async () => {
      store.setRecord({ holderIdentity: 'a', leaseDurationSeconds: 15 }, uid);
      const a = await start(store, clock, 'a');
      await clock.advance(lease - 1);
      assert.equal(a.elector.isLeader(), false);
      assert.equal(a.elector.status().name, '', 'or its app would take the name for its own');
      assert.equal(store.object?.holderUid, uid);
      await clock.advance(1);
      assert.ok(a.elector.isLeader());
    });
  }
});
