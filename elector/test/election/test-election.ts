import assert from 'node:assert/strict';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import type { LeaderElectionRecord, RecordReading } from '../../src/election/leader-election-record.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

/** What the candidates of one election share, and what a test reads of it. */
export interface TestElection {
  readonly store: LockStore;
  readonly clock: FakeClock;
  /** What the lock says. Fails where there is no lock. */
  readonly reading: () => RecordReading;
  /** The record of the lock. Fails where there is none. */
  readonly record: () => LeaderElectionRecord;
  /** Who holds the lock: `''` for nobody since a release, undefined where it has no record that can be read. Fails where there is no lock. */
  readonly holder: () => string | undefined;
}

/** An election in which nobody has stood yet: without a lock. */
export function newElection(): TestElection {
  const store = new LockStore();
  const reading = () => {
    assert.ok(store.object !== null, 'there is no lock');
    return store.object.reading;
  };
  const record = () => {
    const seen = reading();
    assert.ok(seen.kind === 'record', 'the lock has no record');
    return seen.record;
  };
  const holder = () => {
    const seen = reading();
    return seen.kind === 'record' ? seen.record.holderIdentity : undefined;
  };
  return { store, clock: new FakeClock(), reading, record, holder };
}
