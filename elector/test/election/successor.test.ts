import assert from 'node:assert/strict';
import { FakeClock, settle } from '../../../base/testing/fake-clock.ts';
import type { FindSuccessor } from '../../src/election/successor.ts';
import { lease, retryPeriod, start, type Candidate } from './candidate.ts';
import { LockStore } from '../../src/testing/lock-store.ts';

const longestSearch = 200;

describe('A leader that hands over', () => {
  let clock: FakeClock;
  let store: LockStore;
  let running: Candidate[];

  beforeEach(() => {
    clock = new FakeClock();
    store = new LockStore();
    running = [];
  });

  afterEach(async () => {
    for (const candidate of running) candidate.stop();
    await clock.advance(lease);
    await Promise.all(running.map(({ ended }) => ended));
  });

  /** Three candidates, of which `a` leads. `b` sees a change before `c` does. */
  async function elect(findSuccessor: FindSuccessor): Promise<readonly [Candidate, Candidate, Candidate]> {
    const a = await join('a', findSuccessor);
    return [a, await join('b'), await join('c')];
  }

  async function join(identity: string, findSuccessor?: FindSuccessor): Promise<Candidate> {
    const candidate = await start(store, clock, identity, findSuccessor ? { findSuccessor } : {});
    running.push(candidate);
    return candidate;
  }

  const leaderOf = (candidates: readonly Candidate[]) =>
    candidates.filter(({ elector }) => elector.hasRight).map(({ elector }) => elector.identity);
  const release = () => store.object?.release;

  it('names its successor, which leads at once', async () => {
    const candidates = await elect(() => Promise.resolve('c'));
    candidates[0].stop();
    await settle();
    assert.deepEqual(leaderOf(candidates), ['c']);
    assert.equal(release(), null);
  });

  it('names nobody where it knows nobody: then whoever is first leads at once', async () => {
    const candidates = await elect(() => Promise.resolve(null));
    candidates[0].stop();
    await settle();
    assert.deepEqual(leaderOf(candidates), ['b']);
  });

  it('costs one retryPeriod where it names somebody who does not come', async () => {
    const candidates = await elect(() => Promise.resolve('gone'));
    candidates[0].stop();
    await clock.advance(retryPeriod - 1);
    assert.deepEqual(leaderOf(candidates), []);
    assert.deepEqual(release(), { by: 'a', because: 'stopping', successor: 'gone' });
    await clock.advance(1);
    assert.deepEqual(leaderOf(candidates), ['b']);
  });

  it('says why its term ended', async () => {
    const [a, b] = await elect(() => Promise.resolve('gone'));
    a.elector.standAside('app ended');
    await settle();
    assert.equal(release()?.because, 'app ended');
    await clock.advance(retryPeriod);
    assert.deepEqual(
      b.elector.handovers.map(({ from, to, because, tookMs }) => [from, to, because, tookMs]),
      [['a', 'b', 'app ended', retryPeriod]],
    );
  });

  it('does not wait longer than 200 ms for the name', async () => {
    const candidates = await elect(() => new Promise(() => {}));
    candidates[0].stop();
    await clock.advance(longestSearch - 1);
    assert.equal(release(), null);
    await clock.advance(1);
    assert.deepEqual(leaderOf(candidates), ['b']);
    assert.ok(candidates[0].messages.includes('no successor is named'));
  });

  for (const [how, find] of [
    ['rejects', () => Promise.reject(new Error('pods cannot be listed'))],
    [
      'throws',
      () => {
        throw new Error('no client');
      },
    ],
  ] as const satisfies readonly (readonly [string, FindSuccessor])[]) {
    it(`names nobody where finding one ${how}`, async () => {
      const candidates = await elect(find);
      candidates[0].stop();
      await settle();
      assert.deepEqual(leaderOf(candidates), ['b']);
    });
  }

  it('never names itself', async () => {
    const candidates = await elect(() => Promise.resolve('a'));
    candidates[0].stop();
    await settle();
    assert.deepEqual(leaderOf(candidates), ['b']);
  });

  it('hints at nothing to a candidate that did not see the release', async () => {
    store.set(
      {
        kind: 'record',
        record: {
          holderIdentity: '',
          leaseDurationSeconds: 1,
          acquireTime: null,
          renewTime: null,
          leaderTransitions: 4,
        },
      },
      null,
      false,
      { by: 'z', because: 'stopping', successor: 'y' },
    );
    const a = await join('a');
    assert.deepEqual(leaderOf([a]), ['a']);
  });

  it('still does not release before what it granted has run out (rule 6)', async () => {
    const candidates = await elect(() => Promise.resolve('c'));
    assert.ok(candidates[0].elector.isLeader());
    candidates[0].stop();
    await clock.advance(1000);
    assert.deepEqual(leaderOf(candidates), []);
    assert.equal(release(), null);
  });
});
