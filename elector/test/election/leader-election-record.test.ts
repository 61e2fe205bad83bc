import assert from 'node:assert/strict';
import {
  formatAnnotation,
  formatLeaseSpec,
  parseAnnotation,
  parseLeaseSpec,
  type LeaderElectionRecord,
  type RecordReading,
} from '../../src/election/leader-election-record.ts';

const record: LeaderElectionRecord = {
  holderIdentity: 'leader-elector-7cbdd6bcc5-z79jc',
  leaseDurationSeconds: 10,
  acquireTime: new Date('2020-03-26T16:42:37.123Z'),
  renewTime: new Date('2020-03-26T16:49:32.999Z'),
  leaderTransitions: 0,
};
const empty: LeaderElectionRecord = {
  holderIdentity: '',
  leaseDurationSeconds: 0,
  acquireTime: null,
  renewTime: null,
  leaderTransitions: 0,
};

function read(fields: Partial<LeaderElectionRecord>): RecordReading {
  return { kind: 'record', record: { ...empty, ...fields } };
}

describe('the annotation', () => {
  it('is written with the order and the format of the original sidecar', () => {
    assert.equal(
      formatAnnotation(record),
      '{"holderIdentity":"leader-elector-7cbdd6bcc5-z79jc","leaseDurationSeconds":10,"acquireTime":"2020-03-26T16:42:37Z","renewTime":"2020-03-26T16:49:32Z","leaderTransitions":0}',
    );
  });

  it('has null for a missing time, as Go writes it', () => {
    assert.equal(
      formatAnnotation(empty),
      '{"holderIdentity":"","leaseDurationSeconds":0,"acquireTime":null,"renewTime":null,"leaderTransitions":0}',
    );
  });

  it('reads what it wrote, in whole seconds', () => {
    const whole = {
      acquireTime: new Date('2020-03-26T16:42:37Z'),
      renewTime: new Date('2020-03-26T16:49:32Z'),
    };
    assert.deepEqual(parseAnnotation(formatAnnotation(record)), read({ ...record, ...whole }));
  });

  it('is none where there is no annotation', () => {
    assert.deepEqual(parseAnnotation(undefined), { kind: 'none' });
  });

  const lenient: [string, string, Partial<LeaderElectionRecord>][] = [
    ['no field at all as a released record', '{}', {}],
    [
      'nulls as missing',
      '{"holderIdentity":null,"leaseDurationSeconds":null,"renewTime":null,"leaderTransitions":null}',
      {},
    ],
    ['an empty time as missing', '{"holderIdentity":"a","renewTime":""}', { holderIdentity: 'a' }],
    [
      'fractions of a second',
      '{"renewTime":"2020-03-26T16:49:32.123456789Z"}',
      { renewTime: new Date('2020-03-26T16:49:32.123Z') },
    ],
    [
      'another time zone',
      '{"renewTime":"2020-03-26T18:49:32+02:00"}',
      { renewTime: new Date('2020-03-26T16:49:32Z') },
    ],
    ['fields it does not know', '{"holderIdentity":"a","strategy":""}', { holderIdentity: 'a' }],
    ['a duration below 1 as none given', '{"leaseDurationSeconds":-5}', {}],
    ['the longest duration', '{"leaseDurationSeconds":2147483647}', { leaseDurationSeconds: 2147483647 }],
    [
      'a duration that no Lease can say as none given, beside a holder who counts',
      '{"holderIdentity":"a","leaseDurationSeconds":2147483648}',
      { holderIdentity: 'a' },
    ],
    [
      "a count of Go's 64 bits as the largest that a Lease can say",
      '{"holderIdentity":"a","leaderTransitions":9223372036854775807}',
      { holderIdentity: 'a', leaderTransitions: 2147483647 },
    ],
  ];
  for (const [what, text, fields] of lenient) {
    it(`reads ${what}`, () => assert.deepEqual(parseAnnotation(text), read(fields)));
  }

  const malformed: [string, string][] = [
    ['', '"" is not a JSON object'],
    ['me', '"me" is not a JSON object'],
    ['null', '"null" is not a JSON object'],
    ['[]', '"[]" is not a JSON object'],
    ['"a"', '"\\"a\\"" is not a JSON object'],
    ['{"holderIdentity":7}', 'holderIdentity 7 is not a string'],
    ['{"leaseDurationSeconds":"10"}', 'leaseDurationSeconds "10" is not a 64-bit integer'],
    ['{"leaseDurationSeconds":1.5}', 'leaseDurationSeconds 1.5 is not a 64-bit integer'],
    ['{"leaderTransitions":-1}', 'leaderTransitions -1 is not 0 or more'],
    ['{"leaderTransitions":1e99}', 'leaderTransitions 1e+99 is not a 64-bit integer'],
    ['{"acquireTime":5}', 'acquireTime 5 is not an RFC 3339 time'],
    ['{"renewTime":"yesterday"}', 'renewTime "yesterday" is not an RFC 3339 time'],
    ['{"renewTime":"2020-03-26"}', 'renewTime "2020-03-26" is not an RFC 3339 time'],
    ['{"renewTime":"2020-13-26T16:49:32Z"}', 'renewTime "2020-13-26T16:49:32Z" is not an RFC 3339 time'],
  ];
  for (const [text, problem] of malformed) {
    it(`cannot be read when it is ${text || 'empty'}`, () => {
      assert.deepEqual(parseAnnotation(text), { kind: 'unreadable', problem });
    });
  }

  it('names a value that cannot be read on one line, and not in all its length', () => {
    const reading = parseAnnotation(`x\n${'y'.repeat(10_000)}`);
    assert.ok(reading.kind === 'unreadable');
    assert.ok(!reading.problem.includes('\n') && reading.problem.length < 300, reading.problem);
  });
});

describe('the spec of a Lease', () => {
  it('is written with MicroTime', () => {
    assert.deepEqual(formatLeaseSpec(record), {
      holderIdentity: 'leader-elector-7cbdd6bcc5-z79jc',
      leaseDurationSeconds: 10,
      acquireTime: '2020-03-26T16:42:37.123000Z',
      renewTime: '2020-03-26T16:49:32.999000Z',
      leaseTransitions: 0,
    });
  });

  it('has no duration where none is given, since a Lease must have one above 0', () => {
    assert.equal(formatLeaseSpec(empty).leaseDurationSeconds, null);
  });

  it('reads what it wrote', () => {
    assert.deepEqual(parseLeaseSpec(formatLeaseSpec(record)), read(record));
    assert.deepEqual(parseLeaseSpec(formatLeaseSpec(empty)), read(empty));
  });

  const none: unknown[] = [
    undefined,
    null,
    {},
    { holderIdentity: null },
    { strategy: 'OldestEmulationVersion' },
  ];
  for (const spec of none) {
    it(`is none when it is ${spec === undefined ? 'missing' : JSON.stringify(spec)}`, () => {
      assert.deepEqual(parseLeaseSpec(spec), { kind: 'none' });
    });
  }

  for (const holder of [{ holderIdentity: '' }, { holderIdentity: null }, {}]) {
    it(`is released when its holder is ${JSON.stringify(holder)} and other fields stand`, () => {
      const spec = { ...holder, leaseDurationSeconds: 1, leaseTransitions: 4 };
      assert.deepEqual(parseLeaseSpec(spec), read({ leaseDurationSeconds: 1, leaderTransitions: 4 }));
    });
  }

  const malformed: [unknown, string][] = [
    ['a', 'spec "a" is not an object'],
    [{ holderIdentity: ['a'] }, 'holderIdentity ["a"] is not a string'],
    [{ holderIdentity: 'a', leaseTransitions: -1 }, 'leaseTransitions -1 is not 0 or more'],
    [{ holderIdentity: 'a', renewTime: 7 }, 'renewTime 7 is not an RFC 3339 time'],
  ];
  for (const [spec, problem] of malformed) {
    it(`cannot be read when it is ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(parseLeaseSpec(spec), { kind: 'unreadable', problem });
    });
  }
});
