import assert from 'node:assert/strict';
import { endChildren } from '../base/testing/child.ts';
import { startScript } from './script.ts';

describe('A script that is given something wrong', function () {
  this.timeout(60_000);
  afterEach(endChildren);

  const cases: [string, string[], string][] = [
    [
      'npm run build',
      ['scripts/build.ts', 'x'],
      "Unexpected argument 'x'. The options: npm run build -- --help",
    ],
    [
      'npm run images',
      ['scripts/images.ts', '--registry', 'me'],
      '--registry is "me"; it must be a registry with its host, and perhaps a path, such as: npm run images -- --registry ghcr.io/me',
    ],
    [
      'npm run inject',
      ['scripts/inject.ts', '--lock=none'],
      '--lock is "none"; it must be endpoints or leases or endpointsleases, such as: npm run --silent inject -- --lock endpoints',
    ],
    [
      'npm run demo',
      ['scripts/demo.ts', '--ttl=3'],
      "Unknown option '--ttl'. The options: npm run demo -- --help",
    ],
    ['npm run up', ['scripts/up.ts', 'pu'], '"pu" is none of up, url, destroy'],
    [
      'npm run manifests',
      ['scripts/manifests.ts', '--set', '=3'],
      '--set is "=3"; it must be KEY=VALUE, such as: npm run --silent manifests -- --set replicas=5',
    ],
    [
      'npm run manifests',
      ['scripts/manifests.ts', '--set', '-x'],
      "Option '--set' argument is ambiguous. The options: npm run --silent manifests -- --help",
    ],
    [
      'npm run simulate',
      ['proof/simulation/main.ts', '--seed', 'x'],
      '--seed is "x"; it must be a whole number from 0 to 999999999, such as: npm run simulate -- --seed 0',
    ],
  ];
  for (const [script, args, message] of cases) {
    it(`ends with 2 and one line that names it: ${script}`, async () => {
      const script = startScript(args);
      assert.equal(await script.ended, 2);
      assert.deepEqual(script.lines, [message]);
    });
  }
});
