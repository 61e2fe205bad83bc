import assert from 'node:assert/strict';
import { renewDeadline, retryPeriod, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';

describe('Safety', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  describe('rule 5: whether it leads is computed when asked', () => {
    it('so a process that was stopped says no at once when it wakes, before any timer fires', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.jump(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      assert.equal(a.elector.status().name, '');
    });

    it('so a machine that was suspended says no, although its monotonic clock stood still', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
    });

    it('and once it was no, it stays so until the next write, even if the wall clock is set back', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      clock.stepWall(-renewDeadline);
      assert.equal(a.elector.isLeader(), false);
      await clock.advance(retryPeriod);
      assert.ok(a.elector.isLeader());
      assert.equal(a.tokens.length, 2);
    });

    it('and a wall clock that is set back prolongs nothing', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      clock.stepWall(-3_600_000);
      clock.jump(renewDeadline);
      assert.equal(a.elector.isLeader(), false);
    });
  });

  describe('the answer is of one moment', () => {
    it('and says one thing, however the clock goes on while it is computed', async () => {
      const a = await start(store, clock, 'a');
      await clock.advance(0);
      const monotonic = clock.monotonic.bind(clock);
      for (let left = 4; left >= 0; left -= 1) {
        let reads = 0;
        const base = clock.monotonic();
        clock.monotonic = () => base + renewDeadline - left + 2 * reads++;
        const { isLeader, fencingToken, validForMs, name } = a.elector.status();
        clock.monotonic = monotonic;
        assert.equal(isLeader, fencingToken !== null, `${left} ms before its end`);
        assert.equal(isLeader, validForMs > 0);
        assert.equal(isLeader, name === 'a');
      }
    });
  });
});
