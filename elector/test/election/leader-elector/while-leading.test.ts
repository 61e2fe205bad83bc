import assert from 'node:assert/strict';
import { lease, renewDeadline, start } from '../candidate.ts';
import { newElection } from '../test-election.ts';
import { deferred } from '../../../../base/testing/deferred.ts';
import { settle } from '../../../../base/testing/fake-clock.ts';

describe('LeaderElector.whileLeading()', () => {
  let { store, clock } = newElection();
  beforeEach(() => ({ store, clock } = newElection()));

  it('runs the work at once where it leads, and resolves with true when that has settled', async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const happened: unknown[] = [];
    const done = a.elector.whileLeading(() => (happened.push('began'), promise));
    void done.then((answer) => happened.push(answer));
    assert.deepEqual(happened, ['began']);
    await settle();
    assert.deepEqual(happened, ['began']);
    resolve();
    await settle();
    assert.deepEqual(happened, ['began', true]);
  });

  it('runs nothing, and resolves with false, where it does not lead: before, beside another, and after', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const b = await start(store, clock, 'b');
    const runs = (elector = b.elector) => elector.whileLeading(() => assert.fail('it was run'));
    assert.equal(await runs(), false);
    a.stop();
    assert.equal(await runs(a.elector), false);
    await a.ended;
    assert.equal(await runs(a.elector), false);
  });

  it('runs nothing when the right has run out, though nobody noticed yet (rule 5)', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    clock.jump(renewDeadline);
    assert.equal(await a.elector.whileLeading(() => assert.fail('it was run')), false);
  });

  it('aborts the signal of each piece of work when the term ends, and of none that has settled', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    const signals: AbortSignal[] = [];
    await a.elector.whileLeading((signal) => signals.push(signal));
    for (let pieces = 0; pieces < 2; pieces++)
      void a.elector.whileLeading((signal) => {
        signals.push(signal);
        return new Promise(() => {});
      });
    const aborted = () => signals.map((signal) => signal.aborted);
    assert.deepEqual(aborted(), [false, false, false]);
    a.elector.standAside('it was told to');
    await settle();
    assert.deepEqual(aborted(), [false, true, true]);
  });

  it('rejects with what the work throws, and leads on beside other work', async () => {
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    void a.elector.whileLeading(() => new Promise(() => {}));
    const error = new Error('no report');
    const throws = () => {
      throw error;
    };
    await assert.rejects(a.elector.whileLeading(throws), error);
    await assert.rejects(
      a.elector.whileLeading(() => Promise.reject(error)),
      error,
    );
    await clock.advance(10 * lease);
    assert.equal(a.elector.isLeader(), true);
    assert.equal(a.tokens.length, 1);
  });

  it('says why it does not stand while what it did in its last term has not ended; not where it was told to stand aside', async () => {
    const { promise, resolve } = deferred();
    const a = await start(store, clock, 'a');
    await clock.advance(0);
    void a.elector.whileLeading(() => promise);
    assert.equal(a.elector.notReadyBecause, null);
    clock.stepWall(renewDeadline);
    assert.equal(a.elector.notReadyBecause, 'what it did in its last term has not ended');
    a.elector.standAside('it was told to');
    assert.equal(a.elector.notReadyBecause, null);
    a.elector.stand();
    resolve();
    await settle();
    assert.equal(a.elector.notReadyBecause, null);
  });

  it('runs work that a listener of "change" hands over', async () => {
    const a = await start(store, clock, 'a');
    let ran = 0;
    a.elector.on('change', () => void a.elector.whileLeading(() => ++ran));
    await clock.advance(lease);
    assert.ok(ran > 0);
  });
});
