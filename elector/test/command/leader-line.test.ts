import assert from 'node:assert/strict';
import { leaderLine, type LockSighting } from '../../src/command/leader-line.ts';
import type { RecordReading } from '../../src/election/leader-election-record.ts';

const now = Date.UTC(2026, 10, 26, 12, 0, 0);
const held = {
  holderIdentity: 'pod-a',
  leaseDurationSeconds: 15,
  acquireTime: new Date(now - 60_000),
  renewTime: new Date(now - 5000),
  leaderTransitions: 3,
};

function record(differing: Partial<typeof held>): RecordReading {
  return { kind: 'record', record: { ...held, ...differing } };
}

function sighting(reading: RecordReading | null, differing: Partial<LockSighting> = {}): LockSighting {
  const object = reading && {
    uid: 'u',
    resourceVersion: '1',
    reading,
    holderUid: null,
    holdsBoth: false,
    release: null,
  };
  return { lock: 'leases default/x', object, vanishedHolder: null, hasExpired: null, ...differing };
}

describe('The line that tells who leads', () => {
  const lines: [what: string, seen: LockSighting, line: string][] = [
    ['a holder', sighting(record({})), 'pod-a leads leases default/x since 2026-11-26T11:59:00Z'],
    [
      'a holder that has not renewed for longer than its lease, by two clocks that may differ',
      sighting(record({ renewTime: new Date(now - 15_001) })),
      'nobody leads: pod-a has let its lease of 15 s on leases default/x run out, which it renewed last at ' +
        '2026-11-26T11:59:44Z, by the clocks of pod-a and of this machine',
    ],
    [
      'a holder that was seen to renew, though its clock is behind',
      sighting(record({ renewTime: new Date(now - 60_000) }), { hasExpired: false }),
      'pod-a leads leases default/x since 2026-11-26T11:59:00Z',
    ],
    [
      'a holder that was seen not to renew, though its clock is ahead',
      sighting(record({ renewTime: new Date(now + 60_000) }), { hasExpired: true }),
      'nobody leads: pod-a has let its lease of 15 s on leases default/x run out, which it renewed last at 2026-11-26T12:01:00Z',
    ],
    [
      'a release',
      sighting(record({ holderIdentity: '' })),
      'nobody leads: leases default/x was released at 2026-11-26T11:59:55Z',
    ],
    ['no lock', sighting(null), 'nobody leads: there is no leases default/x'],
    [
      'a lock that has vanished while it was held',
      sighting(null, { vanishedHolder: 'pod-a' }),
      'leases default/x has vanished; pod-a may lead until its lease has run out',
    ],
    ['no record', sighting({ kind: 'none' }), 'nobody leads: nothing is said in leases default/x'],
    [
      'a record that cannot be read',
      sighting({ kind: 'unreadable', problem: 'spec 3 is not an object' }),
      'nobody knows who leads: the record of leases default/x cannot be read (spec 3 is not an object)',
    ],
    [
      'no lock of an election',
      sighting({ kind: 'foreign', problem: 'it is a heartbeat' }),
      'nobody leads: it is a heartbeat',
    ],
  ];
  for (const [what, seen, line] of lines) it(`of ${what}`, () => assert.equal(leaderLine(seen, now), line));
});
