import assert from 'node:assert/strict';
import { parseGoDuration } from '../go-duration.ts';

describe('A Go duration', () => {
  const durations: [string, number][] = [
    ['10s', 10],
    ['0s', 0],
    ['1m30s', 90],
    ['1.5h', 5400],
    ['2h0m1s', 7201],
    ['1500ms', 1.5],
    ['1s500ms', 1.5],
    ['250us', 0.00025],
    ['250µs', 0.00025],
    ['7ns', 7e-9],
    ['3000000000ns', 3],
  ];
  for (const [text, seconds] of durations) {
    it(`of ${text} is ${seconds} seconds`, () => assert.equal(parseGoDuration(text), seconds));
  }

  it('with a fraction is exact', () => {
    for (const [text, seconds] of [
      ['1.15m', 69],
      ['0.55m', 33],
      ['4.35m', 261],
    ] as const) {
      assert.equal(parseGoDuration(text), seconds, text);
    }
  });

  for (const text of [
    '',
    '10',
    's',
    '10 s',
    ' 10s',
    '10s ',
    '-10s',
    '1,5s',
    '1.2.3s',
    '10S',
    '10d',
    '10s5',
    'ten',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseGoDuration(text), null));
  }
});
