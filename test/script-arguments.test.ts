import assert from 'node:assert/strict';
import { endChildren } from '../base/testing/child.ts';
import { startScript } from './script.ts';

describe('A script that is given something wrong', function () {
  this.timeout(60_000);
  afterEach(endChildren);

  const cases: [string, string[], string][] = [
    [
      'npm run build',
      ['scripts/build.ts', '--minify'],
      'npm run build takes no arguments, so not "--minify"',
    ],
    ['npm run images', ['scripts/images.ts', 'x'], 'npm run images takes no arguments, so not "x"'],
    ['npm run demo', ['scripts/demo.ts', '--ttl=3'], 'npm run demo takes no arguments, so not "--ttl=3"'],
    ['npm run up', ['scripts/up.ts', 'pu'], '"pu" is none of up, url, destroy'],
    ['npm run manifests', ['scripts/manifests.ts', '--set', '=3'], '--set =3 is not like --set replicas=5'],
    [
      'npm run manifests',
      ['scripts/manifests.ts', '--set', '-x'],
      "Option '--set' argument is ambiguous. The options: npm run --silent manifests -- --help",
    ],
    [
      'npm run simulate',
      ['proof/simulation/main.ts', '--seed', 'x'],
      '--seed is "x"; it must be a whole number up to 999999999',
    ],
    [
      'npm run simulate',
      ['proof/simulation/main.ts', '--steps', '-1'],
      "Option '--steps' argument is ambiguous. The options: npm run simulate -- --help",
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
