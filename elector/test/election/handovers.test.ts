import assert from 'node:assert/strict';
import { historyAfter, nothingSeen, type Handover } from '../../src/election/handovers.ts';
import { unknownHolder } from '../../src/election/next-record.ts';
import type { LockObject, Release } from '../../src/election/resource-lock.ts';

const wallAtZero = Date.UTC(2026, 0, 1);

/** What a process has seen of a lock: each sighting is a second after the one before. */
function seen(...sightings: readonly (LockObject | null)[]): readonly Handover[] {
  let history = nothingSeen;
  for (const [second, object] of sightings.entries()) {
    const at = { monotonic: second * 1000, wall: wallAtZero + second * 1000 };
    history = historyAfter(history, object, at, second === 0);
  }
  return history.handovers;
}

function lock(holderIdentity: string, leaderTransitions = 0, release: Release | null = null): LockObject {
  const times = { acquireTime: null, renewTime: null };
  const record = { holderIdentity, leaseDurationSeconds: 10, ...times, leaderTransitions };
  const reading = { kind: 'record', record } as const;
  return { uid: 'lock', resourceVersion: '1', reading, holderUid: null, holdsBoth: false, release };
}

const release = (by: string, because: string): Release => ({ by, because, successor: null });
const told = ({ from, to, because, tookMs }: Handover) => [from, to, because, tookMs];

describe('Handovers', () => {
  it('are none while the same leader renews', () => {
    assert.deepEqual(seen(lock('a'), lock('a'), lock('a')), []);
  });

  it('have the reason that whoever released the lock gave, and count from the release', () => {
    const [handover] = seen(lock('a', 3), lock('', 3, release('a', 'app ended')), lock('b', 4));
    assert.deepEqual(handover, {
      from: 'a',
      to: 'b',
      because: 'app ended',
      at: new Date(wallAtZero + 2000),
      tookMs: 1000,
      leaderTransitions: 4,
    });
  });

  it('are releases where whoever released the lock said nothing, as client-go does', () => {
    assert.deepEqual(seen(lock('a'), lock(''), lock('b')).map(told), [['a', 'b', 'released', 1000]]);
  });

  it('are of an expired lease where the lock went from one to the next, and count from the last renewal', () => {
    assert.deepEqual(seen(lock('a'), lock('a'), lock('b')).map(told), [['a', 'b', 'expired', 1000]]);
  });

  it('are none where the lock was deleted and put back for the same leader', () => {
    assert.deepEqual(seen(lock('a'), null, lock('a')), []);
    assert.deepEqual(seen(lock('a'), null, lock(unknownHolder), lock('a')), []);
  });

  it('are of a deleted lock where another leads after that', () => {
    const handovers = seen(lock('a'), null, lock(unknownHolder), lock('b'));
    assert.deepEqual(handovers.map(told), [['a', 'b', 'lock deleted', 2000]]);
  });

  it('are the first where nobody is known to have led before', () => {
    assert.deepEqual(seen(null, lock('a')).map(told), [['', 'a', 'first', null]]);
    assert.deepEqual(seen(lock(''), lock('a')).map(told), [['', 'a', 'first', null]]);
  });

  it('take nobody knows how long after a release that was not seen', () => {
    const handovers = seen(lock('', 0, release('a', 'stopping')), lock('b'));
    assert.deepEqual(handovers.map(told), [['a', 'b', 'stopping', null]]);
  });

  it('are told also where the same candidate leads again', () => {
    const handovers = seen(lock('a'), lock('', 0, release('a', 'resigned')), lock('a'));
    assert.deepEqual(handovers.map(told), [['a', 'a', 'resigned', 1000]]);
  });

  it('are told the latest first, 20 at most', () => {
    const handovers = seen(...Array.from({ length: 30 }, (_, index) => lock(`pod-${index}`, index)));
    assert.equal(handovers.length, 20);
    assert.deepEqual(handovers.map(({ to }) => to).slice(0, 2), ['pod-29', 'pod-28']);
  });
});
