import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren } from '../../base/testing/child.ts';
import { startScript } from '../script.ts';

describe('npm run e2e', () => {
  let emptyFolder: string;

  beforeEach(async () => {
    emptyFolder = await mkdtemp(join(tmpdir(), 'e2e-'));
  });

  afterEach(async () => {
    await endChildren();
    await rm(emptyFolder, { recursive: true });
  });

  const start = (...args: string[]) => startScript(['test/deployed/main.ts', ...args], { PATH: emptyFolder });

  it('names what it does not understand, in one line, and ends with 2', async () => {
    const e2e = start('--url', 'x');
    assert.equal(await e2e.ended, 2);
    assert.deepEqual(e2e.lines, [
      '--url is "x"; it must be an http or https URL, such as: npm run e2e -- --url http://127.0.0.1:30080',
    ]);
  });

  it('says what is missing, in one line, and ends with 1', async () => {
    const e2e = start();
    assert.equal(await e2e.ended, 1);
    assert.deepEqual(e2e.lines, [
      'kubectl is not there. Install it: https://kubernetes.io/docs/tasks/tools/',
    ]);
  });
});
