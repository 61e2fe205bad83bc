import assert from 'node:assert/strict';
import {
  absolutePath,
  candidateName,
  dnsLabel,
  dnsSubdomain,
  leaseSeconds,
  oneOf,
  text,
  trueOrFalse,
  url,
  wholeNumber,
  type Rule,
} from '../rules.ts';

describe('A rule', () => {
  const cases: [string, Rule<unknown>, readonly (readonly [string, unknown])[], readonly string[]][] = [
    ['text', text('a file', 'x'), [['a b', 'a b']], ['']],
    [
      'wholeNumber',
      wholeNumber(0, 10),
      [
        ['0', 0],
        ['10', 10],
      ],
      ['', '-1', '11', '1.5', '1e1', ' 1', '0x1'],
    ],
    [
      'leaseSeconds',
      leaseSeconds,
      [
        ['3', 3],
        ['86400', 86_400],
      ],
      ['2', '86401', '10s'],
    ],
    ['oneOf', oneOf(['a', 'b']), [['b', 'b']], ['', 'A', 'c', 'constructor']],
    [
      'trueOrFalse',
      trueOrFalse,
      [
        ['true', true],
        ['false', false],
      ],
      ['', '1', 'True'],
    ],
    [
      'dnsLabel',
      dnsLabel,
      [
        ['a', 'a'],
        ['a-1', 'a-1'],
        ['x'.repeat(63), 'x'.repeat(63)],
      ],
      ['', 'A', 'a.b', '-a', 'a-', 'x'.repeat(64)],
    ],
    [
      'dnsSubdomain',
      dnsSubdomain,
      [
        ['a.b-1', 'a.b-1'],
        ['x'.repeat(253), 'x'.repeat(253)],
      ],
      ['', 'A', 'a..b', '.a', 'a.', 'a/b', 'a\n', 'x'.repeat(254)],
    ],
    ['candidateName', candidateName, [['Pod A', 'Pod A']], ['', ' ', 'a\n', 'x'.repeat(254)]],
    [
      'url',
      url(['http'], 'http://a'),
      [['http://a:1/b', new URL('http://a:1/b')]],
      ['', 'a:1', 'https://a', 'http://', 'http://a:65536'],
    ],
    ['absolutePath', absolutePath, [['/a', '/a']], ['', 'a', './a', '/a\0']],
  ];
  for (const [name, rule, good, bad] of cases) {
    it(`${name} takes what it allows, its own example too`, () => {
      for (const [given, value] of good) assert.deepEqual(rule.parse(given), value, given);
      assert.notEqual(rule.parse(rule.example), undefined);
    });
    it(`${name} refuses all else`, () => {
      for (const given of bad) assert.equal(rule.parse(given), undefined, JSON.stringify(given));
    });
  }
});
