import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { UserError } from '../../../base/user-error.ts';
import {
  environmentVariable,
  flagNames,
  parseFlags,
  flagsUsage,
  type Flags,
} from '../../src/sidecar/flags.ts';

interface FlagCases {
  readonly field: keyof Flags;
  /** What it is when nothing is said. */
  readonly byDefault: unknown;
  /** Texts, and what they mean. */
  readonly good: readonly (readonly [string, unknown])[];
  readonly bad: readonly string[];
  /** What the message for a bad text says it must be. */
  readonly mustBe: RegExp;
}

const cases: Readonly<Record<string, FlagCases>> = {
  election: {
    field: 'election',
    byDefault: 'example',
    good: [
      ['a', 'a'],
      ['my-election.v2', 'my-election.v2'],
      ['x'.repeat(253), 'x'.repeat(253)],
    ],
    bad: ['Example', 'a_b', '-a', 'a-', 'a..b', '.a', 'a/b', 'a b', 'x'.repeat(254)],
    mustBe: /a name of lower case letters.*253/,
  },
  'election-namespace': {
    field: 'electionNamespace',
    byDefault: null,
    good: [
      ['default', 'default'],
      ['team-1', 'team-1'],
    ],
    bad: ['Default', 'a.b', 'a/b', '..', 'a-', 'x'.repeat(64)],
    mustBe: /a name of lower case letters.*63/,
  },
  id: {
    field: 'id',
    byDefault: hostname(),
    good: [
      ['pod-a', 'pod-a'],
      ['Pod A', 'Pod A'],
      ['x'.repeat(253), 'x'.repeat(253)],
    ],
    bad: [' ', 'pod\na', 'pod\u0000', 'x'.repeat(254)],
    mustBe: /a name of at most 253 characters/,
  },
  ttl: {
    field: 'ttlSeconds',
    byDefault: 10,
    good: [
      ['3s', 3],
      ['1m30s', 90],
      ['3000ms', 3],
      ['0.5h', 1800],
      ['24h', 86_400],
    ],
    bad: ['10', '2s', '2.9s', '3.5s', '3s1ms', '24h1s', '-10s', 'ten', '0'],
    mustBe: /a Go duration of whole seconds from 3s to 24h/,
  },
  http: {
    field: 'http',
    byDefault: null,
    good: [
      ['0.0.0.0:4040', { host: '0.0.0.0', port: 4040 }],
      ['localhost:4040', { host: 'localhost', port: 4040 }],
      [':4040', { host: '', port: 4040 }],
      ['[::1]:80', { host: '::1', port: 80 }],
      ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
      ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
    ],
    bad: [
      '4040',
      'localhost',
      'localhost:',
      ':65536',
      '::1:80',
      '[::1]',
      'localhost:http',
      'http://localhost:1',
    ],
    mustBe: /HOST:PORT/,
  },
  'use-cluster-credentials': {
    field: 'useClusterCredentials',
    byDefault: false,
    good: [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ],
    bad: ['yes', 'no', 'TRUE!'],
    mustBe: /true or false/,
  },
  lock: {
    field: 'lock',
    byDefault: 'endpoints',
    good: [
      ['endpoints', 'endpoints'],
      ['leases', 'leases'],
    ],
    bad: ['configmaps', 'lease', 'Endpoints'],
    mustBe: /endpoints or leases/,
  },
  'app-health-url': {
    field: 'appHealthUrl',
    byDefault: null,
    good: [['http://localhost:8080/healthz', new URL('http://localhost:8080/healthz')]],
    bad: [
      'localhost:8080',
      '/healthz',
      'https://localhost:8080/',
      'http://',
      'http://localhost:65536/',
      'file:///etc/passwd',
    ],
    mustBe: /an http URL/,
  },
  'token-file': {
    field: 'tokenFile',
    byDefault: null,
    good: [
      ['/var/run/leader-elector/token', '/var/run/leader-elector/token'],
      ['/token', '/token'],
    ],
    bad: ['token', './token', '../token', '~/token', 'file:///token', '/to\u0000ken'],
    mustBe: /an absolute path/,
  },
  'log-format': {
    field: 'logFormat',
    byDefault: 'text',
    good: [
      ['text', 'text'],
      ['json', 'json'],
    ],
    bad: ['yaml', 'JSON'],
    mustBe: /text or json/,
  },
};

/** Parses with an election given, which is required. */
function parse(args: readonly string[], env: NodeJS.ProcessEnv = {}): Flags {
  const flags = parseFlags(['--election=example', ...args], env);
  assert.ok(flags !== null);
  return flags;
}

function rejects(args: readonly string[], env: NodeJS.ProcessEnv, message: RegExp): void {
  assert.throws(
    () => parseFlags(args, env),
    (error) => {
      assert.ok(error instanceof UserError && error.exitCode === 2, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    },
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

describe('The flags', () => {
  it('are all in the table of this test, and each fills a field of its own', () => {
    assert.deepEqual(Object.keys(cases).sort(), [...flagNames].sort());
    const fields = Object.values(cases).map(({ field }) => field);
    assert.deepEqual([...fields].sort(), Object.keys(parse([])).sort());
  });

  for (const [name, { field, byDefault, good, bad, mustBe }] of Object.entries(cases)) {
    const variable = environmentVariable(name);

    describe(`--${name}`, () => {
      it('has its default where it is not given', () => assert.deepEqual(parse([])[field], byDefault));

      for (const [text, value] of good) {
        it(`takes ${JSON.stringify(text)} in every form, and from ${variable}`, () => {
          assert.deepEqual(parse([`--${name}=${text}`])[field], value);
          assert.deepEqual(parse([`-${name}=${text}`])[field], value);
          const fromVariable = parseFlags([], { ELECTOR_ELECTION: 'example', [variable]: text });
          assert.deepEqual(fromVariable?.[field], value);
          if (typeof value === 'boolean') return; // as in Go, a boolean's value must follow "="
          assert.deepEqual(parse([`--${name}`, text])[field], value);
          assert.deepEqual(parse([`-${name}`, text])[field], value);
        });
      }

      for (const text of bad) {
        it(`refuses ${JSON.stringify(text)}, naming flag, variable, value and what it must be`, () => {
          const message = new RegExp(
            `^--${name} \\(or ${variable}\\) is ${escaped(JSON.stringify(text))}; it must be `,
          );
          rejects(['--election=example', `--${name}=${text}`], {}, message);
          rejects(['--election=example', `--${name}=${text}`], {}, mustBe);
          rejects([], { ELECTOR_ELECTION: 'example', [variable]: text }, message);
        });
      }

      it('goes before its variable', () => {
        const [[text, value] = ['', null]] = good;
        const env = { ELECTOR_ELECTION: 'example', [variable]: bad[0] };
        assert.deepEqual(parseFlags(['--election=example', `--${name}=${text}`], env)?.[field], value);
      });

      it('counts as not given where its variable is empty', () => {
        assert.deepEqual(parse([], { [variable]: '' })[field], byDefault);
      });

      it('appears in the help', () => assert.match(flagsUsage(), new RegExp(`^ {2}--${name}=`, 'm')));
    });
  }

  it('take the last value of a flag that is given twice', () => {
    assert.equal(parse(['--ttl=5s', '--ttl=7s']).ttlSeconds, 7);
  });

  it('take a bare --use-cluster-credentials for true', () => {
    assert.equal(parse(['--use-cluster-credentials', '--ttl=5s']).useClusterCredentials, true);
    assert.equal(parse(['-use-cluster-credentials']).useClusterCredentials, true);
  });

  it('serve no HTTP where --http is empty', () => {
    assert.equal(parse(['--http='], { ELECTOR_HTTP: ':4040' }).http, null);
  });

  it('must name the election', () => {
    rejects(
      [],
      {},
      /^--election \(or ELECTOR_ELECTION\) is missing; it must be a name of lower case letters/,
    );
    rejects(['--election='], {}, /^--election \(or ELECTOR_ELECTION\) is ""; it must be /);
  });

  for (const name of flagNames.filter((flag) => flag !== 'use-cluster-credentials')) {
    it(`need a value for --${name}`, () => {
      rejects([`--${name}`], {}, new RegExp(`^--${name} needs a value$`));
      rejects([`--${name}`, '--ttl=5s'], {}, new RegExp(`^--${name} needs a value$`));
    });
  }

  for (const unknown of [
    '--ttll',
    '--no-election',
    '--constructor',
    '--__proto__',
    '-x',
    '--election_namespace',
  ]) {
    it(`do not include ${unknown}`, () => {
      const message = new RegExp(`^${unknown} is not known; known are --election `);
      rejects(['--election=example', unknown], {}, message);
      rejects(['--election=example', `${unknown}=1`], {}, message);
    });
  }

  for (const stray of ['example', 'true', '--', '-', '']) {
    it(`are all there may be: ${JSON.stringify(stray)} is refused`, () => {
      const message = new RegExp(`^${JSON.stringify(stray)} is not a flag; see --help$`);
      rejects(['--election=example', '--use-cluster-credentials', stray], {}, message);
    });
  }

  for (const help of ['--help', '-h', '-help']) {
    it(`ask for help with ${help}, even where others are missing or wrong`, () => {
      assert.equal(parseFlags([help], {}), null);
      assert.equal(parseFlags(['--ttl=never', help], {}), null);
    });
  }
});
