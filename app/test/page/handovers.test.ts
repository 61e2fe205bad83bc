import assert from 'node:assert/strict';
import { cameBack, mergeHandovers, mostHandovers, type Handover } from '../../page/handovers.ts';
import { parseHandovers } from '../../src/told-handovers.ts';

const minute = 60_000;
const handover = (to: string, at: number, given: Partial<Handover> = {}): Handover => ({
  from: 'pod-a',
  to,
  because: 'stopping',
  at,
  tookMs: 100,
  leaderTransitions: at / minute,
  ...given,
});

describe('Two lists of handovers', () => {
  it('become one, the newest first', () => {
    const [one, two, three] = [1, 2, 3].map((at) => handover(`pod-${at}`, at * minute)) as [
      Handover,
      Handover,
      Handover,
    ];
    assert.deepEqual(mergeHandovers([two, one], [three, two]), [three, two, one]);
  });

  it('have each handover once, as whoever knows more saw it, though their clocks differ', () => {
    const seen = handover('pod-b', minute, { because: 'expired' });
    const unseen = { ...seen, because: 'unknown', tookMs: null, at: seen.at + 5000 };
    assert.deepEqual(mergeHandovers([unseen], [seen]), [seen]);
    assert.deepEqual(mergeHandovers([seen], [unseen]), [seen]);
  });

  it('keep apart what the same pod came to twice', () => {
    const [first, again] = [
      handover('pod-b', minute, { leaderTransitions: 1 }),
      handover('pod-b', 3 * minute, { leaderTransitions: 1 }),
    ];
    assert.equal(mergeHandovers([first], [again]).length, 2);
  });

  it('keep apart that a pod took the lead, and that it came back from a crash soon after', () => {
    const led = handover('pod-b', minute);
    const back = { ...led, from: 'pod-b', because: cameBack, at: minute + 3000, tookMs: null };
    assert.deepEqual(mergeHandovers([led], [back, { ...back, at: back.at + 400 }]), [back, led]);
  });

  it('are cut off after 20', () => {
    const many = Array.from({ length: 30 }, (_, at) => handover(`pod-${at}`, at * minute));
    const merged = mergeHandovers(many, []);
    assert.equal(merged.length, mostHandovers);
    assert.equal(merged[0]?.to, 'pod-29');
  });
});

describe("The elector's list of handovers", () => {
  const told = { from: 'a', to: 'b', because: 'expired', at: '2026-01-02T03:04:05.000Z', tookMs: 10_020 };

  it('is read', () => {
    assert.deepEqual(parseHandovers(JSON.stringify([{ ...told, leaderTransitions: 4 }])), [
      { ...told, at: Date.UTC(2026, 0, 2, 3, 4, 5), leaderTransitions: 4 },
    ]);
    assert.equal(
      parseHandovers(JSON.stringify([{ ...told, tookMs: null, leaderTransitions: 4 }]))[0]?.tookMs,
      null,
    );
  });

  for (const wrong of [
    '',
    '{}',
    '[null]',
    '[{}]',
    JSON.stringify([{ ...told, leaderTransitions: 4, at: 'today' }]),
  ]) {
    it(`is refused when it is ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parseHandovers(wrong), /^Error: (not a handover|handovers are not a JSON array)/);
    });
  }
});
