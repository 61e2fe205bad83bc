import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildren } from '../../../base/testing/child.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import type { LockEvent } from '../../../elector/src/election/resource-lock.ts';
import { MemoryLock } from '../../../elector/src/testing/memory-lock.ts';
import { startScript } from '../../../test/script.ts';
import { measureDeletions, measureRollouts } from '../../handovers/measures.ts';
import { LockHistory } from '../../observation/lock-history.ts';

/** Each watch on it ends after one event. */
class BrieflyWatchedLock extends MemoryLock {
  override async *watch(version: string | null, signal: AbortSignal): AsyncGenerator<LockEvent, void, void> {
    for await (const event of super.watch(version, signal)) {
      yield event;
      return;
    }
  }
}

describe('npm run handovers', () => {
  let lock: MemoryLock;
  let history: LockHistory;

  /** Goes on renewing for whoever holds the lock, so that there is always a next renewal to await. */
  let renewing: NodeJS.Timeout;
  const hold = (identity: string) => lock.giveTo(identity);
  const releaseTo = (identity: string) => {
    lock.release();
    hold(identity);
  };

  beforeEach(() => {
    lock = new MemoryLock();
    hold('a');
    history = new LockHistory(lock);
    renewing = setInterval(() => {
      if (history.holder !== '') hold(history.holder);
    }, 1);
  });

  afterEach(async () => {
    clearInterval(renewing);
    await history.end();
    await endChildren();
  });

  it("times each deletion of the leader's pod until another is named", async () => {
    const deleted: string[] = [];
    const deletePod = (name: string) => {
      deleted.push(name);
      releaseTo(name === 'a' ? 'b' : 'a');
      return Promise.resolve();
    };
    const deployment = { ready: () => Promise.resolve() };
    const [figure] = await measureDeletions({ history, deletePod }, deployment, 3);
    assert.deepEqual(deleted, ['a', 'b', 'a']);
    assert.match(figure?.measured ?? '', /^median [\d.]+ ms, p99 [\d.]+ ms \(3\)$/);
  });

  it('counts the handovers of each rollout; a pod that takes up again what it released is none', async () => {
    const rollouts = [
      () => hold('b'),
      () => ['c', 'd'].forEach(hold),
      () => releaseTo('d'),
      () => releaseTo('e'),
    ];
    const deployment = {
      ready: () => Promise.resolve(),
      restart: () => {
        rollouts.shift()?.();
        return Promise.resolve();
      },
    };
    const [figure] = await measureRollouts({ history }, deployment, 4);
    assert.equal(figure?.measured, '2 of 4 (handovers: 1 2 0 1)');
    assert.equal(figure.met, false);
  });

  it('counts on after a watch that the API server has ended, and nothing twice', async () => {
    await history.end();
    lock = new BrieflyWatchedLock();
    hold('a');
    history = new LockHistory(lock);
    await history.renewed();
    const deployment = {
      ready: () => Promise.resolve(),
      restart: async () => {
        ['b', 'c'].forEach(releaseTo);
        await eventually('all of that seen', () => history.holder === 'c');
      },
    };
    const [figure] = await measureRollouts({ history }, deployment, 1);
    assert.equal(figure?.measured, '0 of 1 (handovers: 2)');
  });

  it('measures nothing of what is not asked for', async () => {
    const deployment = { ready: () => Promise.resolve(), restart: () => assert.fail('a restart') };
    const deletePod = () => assert.fail('a deletion');
    assert.deepEqual(await measureDeletions({ history, deletePod }, deployment, 0), []);
    assert.deepEqual(await measureRollouts({ history }, deployment, 0), []);
  });

  it('names what it does not understand, and what is missing, in one line', async () => {
    const emptyFolder = await mkdtemp(join(tmpdir(), 'handovers-'));
    const start = (...args: string[]) =>
      startScript(['proof/handovers/main.ts', ...args], { PATH: emptyFolder });
    try {
      const wrong = start('--rollouts', 'x');
      assert.equal(await wrong.ended, 2);
      assert.deepEqual(wrong.lines, [
        '--rollouts is "x"; it must be a whole number from 0 to 1000, such as: npm run handovers -- --rollouts 0',
      ]);
      const missing = start();
      assert.equal(await missing.ended, 1);
      assert.deepEqual(missing.lines, [
        'kubectl is not there. Install it: https://kubernetes.io/docs/tasks/tools/',
      ]);
    } finally {
      await rm(emptyFolder, { recursive: true });
    }
  });
});
