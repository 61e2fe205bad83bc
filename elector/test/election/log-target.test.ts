import assert from 'node:assert/strict';
import { asLog, type LogTarget } from '../../src/election/log-target.ts';

/** What reaches a logger with these methods: which was called, and with what. */
function reaching(methods: readonly string[]): { readonly target: LogTarget; readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  const entries = methods.map((method) => [method, (...args: unknown[]) => calls.push([method, ...args])]);
  return { target: Object.fromEntries(entries) as LogTarget, calls };
}

describe('The log that an elector is given', () => {
  const kinds: [string, string[], unknown[][]][] = [
    [
      "console, or winston's",
      ['log', 'info', 'warn', 'error'],
      [
        ['info', 'new leader elected', { leader: 'b b' }],
        ['warn', 'slow'],
        ['error', 'broken', { error: 'x' }],
      ],
    ],
    [
      "pino's, whose fields come first",
      ['info', 'warn', 'error', 'bindings', 'child'],
      [
        ['info', { leader: 'b b' }, 'new leader elected'],
        ['warn', {}, 'slow'],
        ['error', { error: 'x' }, 'broken'],
      ],
    ],
    [
      "Nest's, which has no info and prints each argument by itself",
      ['log', 'warn', 'error'],
      [
        ['log', 'new leader elected leader="b b"'],
        ['warn', 'slow'],
        ['error', 'broken error=x'],
      ],
    ],
  ];
  for (const [kind, methods, expected] of kinds) {
    it(`may be ${kind}`, () => {
      const { target, calls } = reaching(methods);
      const log = asLog(target);
      log.info('new leader elected', { leader: 'b b' });
      log.warn('slow');
      log.error('broken', { error: 'x' });
      assert.deepEqual(calls, expected);
    });
  }

  it('may be left out', () => asLog(undefined).info('nothing'));

  it('is refused where it is none', () => {
    for (const wrong of [null, true, 'console', {}, { log: () => undefined }])
      assert.throws(() => asLog(wrong as unknown as LogTarget), RangeError);
  });
});
