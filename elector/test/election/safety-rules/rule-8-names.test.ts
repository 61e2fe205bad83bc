import assert from 'node:assert/strict';
import { start } from '../candidate.ts';
import type { FaultyLock } from '../faulty-lock.ts';
import { newElection } from '../test-election.ts';

describe('Safety rule 8: nobody is named for longer than one lease after the last change of its lock', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  const causes: [string, (lock: FaultyLock) => void][] = [
    ['the watch is silent', (lock) => (lock.watchIsSilent = true)],
    ['the lock vanished', () => store.remove()],
    ['the record vanished', () => store.set({ kind: 'none' })],
  ];
  for (const [how, cause] of causes) {
    it(`when ${how}`, async () => {
      store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
      const a = await start(store, clock, 'a');
      a.elector.standAside('for the test');
      await clock.advance(5_000);
      cause(a.lock);
      a.lock.fault = () => ({ error: new Error('timeout') });
      await clock.advance(4_999);
      assert.equal(a.elector.status().name, 'other');
      const changes: string[] = [];
      a.elector.on('change', () => changes.push(a.elector.status().name));
      await clock.advance(1);
      assert.equal(a.elector.status().name, '');
      assert.deepEqual(changes, [''], 'listeners are told when the name lapses');
    });
  }

  it('as said above, and a machine that was suspended names nobody when it wakes', async () => {
    store.setRecord({ holderIdentity: 'other', leaseDurationSeconds: 10 });
    const a = await start(store, clock, 'a');
    assert.equal(a.elector.status().name, 'other');
    clock.stepWall(10_000);
    assert.equal(a.elector.status().name, '');
  });
});
