import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeClock } from '../../base/testing/fake-clock.ts';
import { CurrentTerm } from '../src/current-term.ts';
import { createLeaderApp } from '../src/leader-routes.ts';

async function listen(server: Server): Promise<URL> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe("The leader's port", () => {
  const leads = { name: 'pod-a', isLeader: true, validForMs: 6000, fencingToken: '42' };
  let clock: FakeClock;
  let elector: Server;
  let term: CurrentTerm;
  let app: Server;
  let url: URL;
  /** What the elector answers when it is asked; null: nothing. */
  let answer: () => object | null;

  beforeEach(async () => {
    clock = new FakeClock();
    elector = createServer((_, response) => {
      const said = answer();
      if (said !== null) response.end(JSON.stringify(said));
    });
    term = new CurrentTerm(await listen(elector), clock);
    app = createServer(createLeaderApp('pod-a', term));
    url = await listen(app);
  });

  afterEach(() => {
    for (const server of [app, elector]) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function assertRefused(path = '/', init: RequestInit = {}): Promise<void> {
    const response = await fetch(new URL(path, url), init);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('connection'), 'close');
    assert.equal(await response.text(), 'pod-a does not lead\n');
  }

  it('answers as the leader, with the token of its term, while the pod leads', async () => {
    answer = () => leads;
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(await response.json(), { name: 'pod-a', fencingToken: '42' });
    assert.equal((await fetch(new URL('/else', url))).status, 404);
  });

  it('refuses whatever is asked while another pod leads, or nobody, and closes the connection', async () => {
    answer = () => ({ name: 'pod-b', isLeader: false, validForMs: 0, fencingToken: null });
    await assertRefused();
    await assertRefused('/else');
    await assertRefused('/', { method: 'POST', body: 'work' });
    answer = () => ({ name: '', isLeader: false, validForMs: 0, fencingToken: null });
    await assertRefused();
  });

  it('goes by the last answer for as long as that is valid, and no longer, on the clock that says more', async () => {
    const asked: number[] = [];
    answer = () => {
      asked.push(clock.wall());
      return leads;
    };
    const start = clock.wall();
    for (const [passed, times] of [
      [0, 1],
      [5999, 1],
      [6000, 2],
    ] as const) {
      clock.stepWall(start + passed - clock.wall());
      assert.equal((await fetch(url)).status, 200);
      assert.equal(asked.length, times);
    }
    answer = () => ({ ...leads, name: 'pod-b', isLeader: false });
    await clock.advance(6000);
    await assertRefused();
  });

  it('refuses where the answer took longer than it is valid', async () => {
    answer = () => {
      clock.stepWall(6000);
      return leads;
    };
    await assertRefused();
  });

  it('asks once for all who wait', async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return leads;
    };
    assert.deepEqual(await Promise.all([term.fencingToken(), term.fencingToken()]), ['42', '42']);
    assert.equal(asked, 1);
  });

  it('refuses where the elector is gone, or keeps silent for a second', async () => {
    answer = () => null;
    const asked = once(elector, 'request');
    const refused = assertRefused();
    await asked;
    await clock.advance(1000);
    await refused;
    elector.closeAllConnections();
    elector.close();
    await assertRefused();
  });
});
