// A service's own tests, for mocha, Jest or Vitest (with `globals`): each decides who leads, and when a lease runs out. Nothing waits.
import assert from 'node:assert/strict';
import { FakeClock, MemoryLock } from 'k8s-leader-elector/testing';
import { Counter } from './counter.js';

describe('The counter', () => {
  let lock: MemoryLock;
  let clock: FakeClock;
  let counter: Counter;
  let stopping: AbortController;
  let ended: Promise<void>;

  /** Starts it, and lets it do what it can do without time passing. */
  async function start() {
    ended = counter.run(stopping.signal);
    await clock.advance(0);
  }

  beforeEach(() => {
    lock = new MemoryLock();
    clock = new FakeClock();
    // Without `random` a free lock is taken after a few milliseconds of the clock.
    counter = new Counter({ lock, clock, random: () => 0 });
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await clock.advance(15_000); // what failed is tried again after a while
    await ended;
  });

  it('counts where it leads', async () => {
    await start();
    assert.equal(await counter.handleRequest(), 200);
    assert.equal(counter.count, 1);
  });

  it('does not count beside another leader, until the lease of that one has run out', async () => {
    lock.giveTo('another-pod');
    await start();
    assert.equal(await counter.handleRequest(), 503);
    await clock.advance(15_000);
    assert.equal(await counter.handleRequest(), 200);
  });

  it('counts as soon as another leader hands over, and no longer once another leads', async () => {
    lock.giveTo('another-pod');
    await start();
    lock.release();
    await clock.advance(0);
    assert.equal(await counter.handleRequest(), 200);
    lock.giveTo('another-pod');
    await clock.advance(0);
    assert.equal(await counter.handleRequest(), 503);
  });

  it('does not count when the API server has been away for two thirds of a lease', async () => {
    await start();
    lock.failWith(new Error('connect ECONNREFUSED'));
    await clock.advance(9_999);
    assert.equal(await counter.handleRequest(), 200);
    await clock.advance(1);
    assert.equal(await counter.handleRequest(), 503);
    lock.failWith(null);
  });

  it('hands over when it stops', async () => {
    await start();
    stopping.abort();
    await clock.advance(0);
    assert.equal(lock.holder, '');
  });
});
