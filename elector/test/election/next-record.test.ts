import assert from 'node:assert/strict';
import {
  formatLeaseSpec,
  parseAnnotation,
  type LeaderElectionRecord,
} from '../../src/election/leader-election-record.ts';
import { heldRecord, releasedRecord, restoredRecord } from '../../src/election/next-record.ts';

const time = new Date('2026-11-22T16:06:03Z');
const largest = 2147483647;
const before = (holderIdentity: string, leaderTransitions: number): LeaderElectionRecord => ({
  holderIdentity,
  leaseDurationSeconds: 10,
  acquireTime: time,
  renewTime: time,
  leaderTransitions,
});
const acquired = (record: LeaderElectionRecord | null) =>
  heldRecord(record, { identity: 'a', leaseDuration: 10, heldBefore: false }, time).leaderTransitions;

describe('The count of transitions', () => {
  it('begins with 0, and grows with each holder', () => {
    assert.equal(acquired(null), 0);
    assert.equal(acquired(before('b', 0)), 1);
    assert.equal(acquired(before('', 7)), 8);
  });

  it('stays at the largest number that a Lease takes: a larger one would be refused for good', () => {
    for (const holder of ['b', '']) {
      assert.equal(acquired(before(holder, largest - 1)), largest);
      assert.equal(acquired(before(holder, largest)), largest);
    }
    assert.equal(releasedRecord(before('a', largest), time).leaderTransitions, largest);
    assert.equal(restoredRecord(before('', largest), 10, time).leaderTransitions, largest);
  });

  it('stays there after the larger one of somebody with 64 bits, and so becomes a Lease', () => {
    const reading = parseAnnotation('{"holderIdentity":"b","leaderTransitions":4294967296}');
    assert.ok(reading.kind === 'record');
    const record = heldRecord(reading.record, { identity: 'a', leaseDuration: 10, heldBefore: false }, time);
    assert.equal(formatLeaseSpec(record).leaseTransitions, largest);
  });
});
