import assert from 'node:assert/strict';
import { UserError } from '../../../base/user-error.ts';
import { cases } from './flag-cases.ts';
import {
  environmentVariable,
  flagNames,
  parseFlags,
  flagsUsage,
  type Flags,
} from '../../src/sidecar/flags.ts';

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
