import assert from 'node:assert/strict';
import { lease, renewDeadline, retryPeriod, start, type Candidate } from './candidate.ts';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

/** Reads all that `changes()` tells, as `for await` does: who leads, each time that is another. */
function read(candidate: Candidate, signal?: AbortSignal) {
  const told: string[] = [];
  const reading = { told, hasEnded: false };
  void (async () => {
    for await (const { name, isLeader } of candidate.elector.changes(signal)) {
      const leader = isLeader ? `${name}, and that is me` : name;
      if (told.at(-1) !== leader) told.push(leader);
    }
    reading.hasEnded = true;
  })();
  return reading;
}

describe('The changes of an election', () => {
  let store: LockStore;
  let clock: FakeClock;
  let candidate: Candidate;

  beforeEach(async () => {
    store = new LockStore();
    clock = new FakeClock();
    store.setRecord({ holderIdentity: 'b', leaseDurationSeconds: lease / 1000 }, 'b-uid');
    candidate = await start(store, clock, 'a');
  });

  it('begin with how things are, go on with what changes, and end with how run() left it', async () => {
    const reading = read(candidate);
    await clock.advance(lease);
    await clock.advance(renewDeadline);
    candidate.stop();
    await clock.advance(renewDeadline);
    await candidate.ended;
    await settle();
    assert.deepEqual(reading.told, ['b', '', 'a, and that is me', '']);
    assert.equal(reading.hasEnded, true);
  });

  it('are none while the leader only renews', async () => {
    const reading = read(candidate);
    for (let renewals = 0; renewals < 3; renewals += 1) {
      await clock.advance(retryPeriod);
      store.setRecord({ holderIdentity: 'b', leaseDurationSeconds: lease / 1000 }, 'b-uid');
    }
    await clock.advance(0);
    assert.deepEqual(reading.told, ['b']);
  });

  it('tell of what only time brings: a leader that was not seen for a lease', async () => {
    candidate.elector.standAside('the test');
    const reading = read(candidate);
    await clock.advance(lease);
    assert.deepEqual(reading.told, ['b', '']);
  });

  it('tell a slow reader what is, and nothing that is past', async () => {
    const changes = candidate.elector.changes();
    assert.equal((await changes.next()).value?.name, 'b');
    store.setRecord({ holderIdentity: 'c', leaseDurationSeconds: 10 }, 'c-uid');
    await settle();
    store.setRecord({ holderIdentity: 'd', leaseDurationSeconds: 10 }, 'd-uid');
    await settle();
    assert.equal((await changes.next()).value?.name, 'd');
  });

  it('are told once more to who begins to read after run() has ended', async () => {
    candidate.stop();
    await candidate.ended;
    const reading = read(candidate);
    await settle();
    assert.deepEqual(reading.told, ['b']);
    assert.equal(reading.hasEnded, true);
  });

  it('end when the signal aborts, be it before, between or while they are awaited', async () => {
    assert.deepEqual(await candidate.elector.changes(AbortSignal.abort()).next(), {
      done: true,
      value: undefined,
    });

    const stopping = new AbortController();
    const changes = candidate.elector.changes(stopping.signal);
    await changes.next();
    const reading = read(candidate, stopping.signal);
    await settle();
    assert.equal(reading.hasEnded, false);
    stopping.abort();
    await settle();
    assert.equal(reading.hasEnded, true);
    assert.equal((await changes.next()).done, true);
  });

  it('leave no listener behind, however they end', async () => {
    const listeners = () => candidate.elector.listenerCount('change');
    const before = listeners();
    for await (const status of candidate.elector.changes()) {
      assert.equal(status.name, 'b');
      assert.equal(listeners(), before + 1);
      break;
    }
    const stopping = new AbortController();
    read(candidate, stopping.signal);
    await settle();
    stopping.abort();
    await settle();
    assert.equal(listeners(), before);
  });
});
