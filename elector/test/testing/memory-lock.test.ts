import assert from 'node:assert/strict';
import { LeaderElector } from '../../src/index.ts';
import { FakeClock, MemoryLock } from '../../src/testing/index.ts';

describe('A program tested with a MemoryLock and a FakeClock', () => {
  let lock: MemoryLock;
  let clock: FakeClock;
  let stopping: AbortController;
  let runs: Promise<void>[];

  beforeEach(() => {
    lock = new MemoryLock();
    clock = new FakeClock();
    stopping = new AbortController();
    runs = [];
  });
  afterEach(async () => {
    lock.failWith(null);
    stopping.abort();
    await clock.advance(15_000);
    await Promise.all(runs);
  });

  /** A candidate that has done what can be done without time passing. */
  async function start(identity: string): Promise<LeaderElector> {
    const elector = new LeaderElector({ lock, clock, random: () => 0, identity, leaseDuration: 15 });
    runs.push(elector.run(stopping.signal));
    await clock.advance(0);
    return elector;
  }

  it('leads at once, and for as long as its clock goes on', async () => {
    assert.equal(lock.holder, '');
    const elector = await start('a');
    assert.equal(elector.isLeader(), true);
    assert.equal(lock.holder, 'a');
    await clock.advance(3_600_000);
    assert.equal(elector.isLeader(), true);
    assert.equal(elector.leaderTransitions, 0);
  });

  it('follows another whom a test gives the lock, until that lease has run out', async () => {
    lock.giveTo('another');
    const elector = await start('a');
    assert.deepEqual([elector.isLeader(), elector.status().name], [false, 'another']);
    await clock.advance(14_999);
    assert.equal(elector.isLeader(), false);
    await clock.advance(1);
    assert.equal(elector.isLeader(), true);
  });

  it('waits a lease of another length', async () => {
    lock.giveTo('another', { leaseDuration: 60 });
    const elector = await start('a');
    await clock.advance(59_999);
    assert.equal(elector.isLeader(), false);
    await clock.advance(1);
    assert.equal(elector.isLeader(), true);
  });

  it('is told of a lease that would not count, and of one in milliseconds', () => {
    for (const leaseDuration of [0, -1, 0.5, NaN, 15_000])
      assert.throws(
        () => lock.giveTo('another', { leaseDuration }),
        new RegExp(`leaseDuration is ${leaseDuration};`),
      );
    assert.equal(lock.holder, '');
  });

  it('is told of a failure that is none, and of a time that is none', async () => {
    const nothing = undefined as unknown as null;
    assert.throws(
      () => lock.failWith(nothing),
      /failWith\(\) was given undefined; it must be an Error, or null/,
    );
    for (const ms of [-1, NaN, Infinity])
      await assert.rejects(clock.advance(ms), {
        name: 'RangeError',
        message: `advance() was given ${ms}; it must be 0 or more milliseconds`,
      });
    assert.throws(() => clock.jump(-1), /jump\(\) was given -1; it must be 0 or more/);
    assert.throws(() => clock.stepWall(NaN), /stepWall\(\) was given NaN; it must be milliseconds/);
    const elector = await start('a');
    assert.equal(elector.isLeader(), true);
  });

  it('stops leading when a test gives the lock away', async () => {
    const elector = await start('a');
    lock.giveTo('another');
    await clock.advance(0);
    assert.deepEqual([elector.isLeader(), elector.status().name], [false, 'another']);
  });

  it('leads when a test lets another hand it over', async () => {
    lock.giveTo('another');
    const elector = await start('a');
    lock.release();
    await clock.advance(0);
    assert.equal(elector.isLeader(), true);
  });

  it('writes a lock again that a test deletes', async () => {
    const elector = await start('a');
    lock.remove();
    assert.equal(lock.holder, '');
    await clock.advance(0);
    assert.deepEqual([elector.isLeader(), lock.holder], [true, 'a']);
  });

  it('loses its right when requests fail for two thirds of a lease, tells why, and leads again', async () => {
    const elector = await start('a');
    lock.failWith(new Error('the API server is away'));
    await clock.advance(9_999);
    assert.equal(elector.isLeader(), true);
    assert.equal(elector.lastError?.message, 'the API server is away');
    await clock.advance(1);
    assert.equal(elector.isLeader(), false);
    lock.failWith(null);
    await clock.advance(5_000);
    assert.equal(elector.isLeader(), true);
  });

  it('learns after an outage what happened during it', async () => {
    lock.giveTo('another', { leaseDuration: 3600 });
    const elector = await start('a');
    lock.failWith(new Error('the API server is away'));
    lock.release();
    await clock.advance(60_000);
    assert.equal(elector.status().name, 'another');
    lock.failWith(null);
    await clock.advance(15_000);
    assert.equal(elector.isLeader(), true);
  });

  it('competes with others for the same lock', async () => {
    const a = await start('a');
    const b = await start('b');
    assert.deepEqual([a.isLeader(), b.isLeader()], [true, false]);
    a.standAside('told to');
    await clock.advance(10_000);
    assert.deepEqual([a.isLeader(), b.isLeader()], [false, true]);
  });
});
