import assert from 'node:assert/strict';
import { LeaderRunCoordinator } from '../../src/election/leader-run-coordinator.ts';
import { lease, start } from './candidate.ts';
import { newElection } from './test-election.ts';

describe('LeaderRunCoordinator', () => {
  let { store, clock, holder } = newElection();
  beforeEach(() => ({ store, clock, holder } = newElection()));

  it('lets tasks run on the leader alone', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const b = await start(store, clock, 'b');
    assert.equal(await new LeaderRunCoordinator(a.elector).shouldRun('report:9:00'), true);
    assert.equal(await new LeaderRunCoordinator(b.elector).shouldRun('report:9:00'), false);
  });

  it('keeps the lock of a leader that stops until all its tasks have ended, and hands it over then', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const coordinator = new LeaderRunCoordinator(a.elector);
    // Two of the same name, in the same second.
    const keys = ['report:9:00', 'report:9:00', 'bill:9:00'];
    for (const key of keys) await coordinator.shouldRun(key);
    a.stop();
    for (const key of keys) {
      await clock.advance(lease);
      assert.equal(holder(), 'a');
      coordinator.onComplete(key);
    }
    await clock.advance(0);
    assert.equal(holder(), '');
    await a.ended;
  });

  it('knows nothing of tasks that it did not let run', async () => {
    const a = await start(store, clock, 'a');
    new LeaderRunCoordinator(a.elector).onComplete('report:9:00');
    await clock.advance(0);
    assert.equal(holder(), 'a');
  });
});
