import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { endChildren, type Child } from '../../base/testing/child.ts';
import { eventually } from '../../base/testing/eventually.ts';
import { family, npmStart, running, withStateDir } from './npm-start.ts';

type Stage = (start: Child, stateDir: string) => Promise<unknown>;

const fileMade =
  (pattern: RegExp): Stage =>
  async (_, stateDir) => {
    await made(dirname(stateDir), /^state$/);
    await made(stateDir, pattern);
  };
const told =
  (pattern: RegExp): Stage =>
  (start) =>
    start.line(pattern);

// In their order. What is left once all is ready: endings.test.ts.
const stages: [what: string, reached: Stage][] = [
  ['claims its folder', fileMade(/^instance-\d+$/)],
  ['writes its kubeconfig', fileMade(/^kubeconfig$/)],
  ['makes its first object', told(/ created +serviceaccount\//)],
  ['starts a pod', told(/ pod .* starting/)],
];

describe('npm start that is told to end as it', function () {
  this.timeout(60_000);
  afterEach(endChildren);

  for (const [index, [what, reached]] of stages.entries()) {
    const signal = index % 2 === 0 ? 'SIGINT' : 'SIGTERM';
    it(`${what} leaves nothing behind (${signal})`, () =>
      withStateDir(async (parent) => {
        mkdirSync(parent);
        const stateDir = `${parent}/state`;
        const start = npmStart('--state-dir', stateDir, '--replicas', '1', '--ttl', '3');
        await reached(start, stateDir);
        const pids = family(start.pid);
        start.signal(signal);
        assert.equal(await start.ended, 0, start.lines.join('\n'));
        assert.ok(!existsSync(stateDir), 'its folder is there');
        await eventually('no process left', () => running(pids).length === 0);
        assert.deepEqual(
          start.lines.filter((line) => / created /.test(line)).length,
          start.lines.filter((line) => / deleted /.test(line)).length,
          start.lines.join('\n'),
        );
      }));
  }
});

/** Resolves as soon as a folder has an entry that matches. */
function made(folder: string, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!readdirSync(folder).some((name) => pattern.test(name))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}
