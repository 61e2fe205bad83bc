import assert from 'node:assert/strict';
import { answer, method } from '../../kubernetes/api-server.ts';
import { recordWrites } from '../../kubernetes/lock-writes.ts';
import { statusOf, urlOf } from '../elector-process.ts';
import { leaderKnown, leadership, TestCluster } from '../test-cluster.ts';
import { closeApp, closeApps, followEvents, startHealthyApp } from './app-beside.ts';
import { deferred } from '../../../../base/testing/deferred.ts';

describe('The elector as a process at SIGTERM', () => {
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());
  afterEach(closeApps);

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`(here ${signal}) releases the lock at once where nobody has been told that it leads`, async () => {
      const elector = await cluster.elect('a', '1h');
      await cluster.heldBy('a');
      elector.signal(signal);
      assert.equal(await elector.ended, 0);
      assert.equal(cluster.holder, '');
    });
  }

  it('releases the lock once the last promise has run out', async () => {
    const writes = recordWrites(cluster.api);
    const elector = await cluster.elect('a', '3s');
    await elector.line(/successfully acquired lease/);
    const askedAt = performance.now();
    const { isLeader, validForMs } = await statusOf(elector);
    elector.signal('SIGTERM');
    assert.equal(await elector.ended, 0);
    assert.equal(cluster.holder, '');
    const release = writes.at(-1);
    assert.ok(isLeader && release?.holder === '');
    assert.ok(
      release.at >= askedAt + validForMs,
      `${release.at - askedAt} ms after ${validForMs} ms were promised`,
    );
  });

  it('answers no at once, and holds the lock until its app has ended', async () => {
    const { app, url } = await startHealthyApp();
    const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
    await leadership(elector);
    const endEvents = await followEvents(cluster, elector, 'a');
    elector.signal('SIGTERM');
    await elector.line(/received a signal/);
    const status = await statusOf(elector);
    assert.deepEqual(status, { ...status, name: '', isLeader: false, fencingToken: null, validForMs: 0 });
    await closeApp(app);
    await elector.line(/stands aside because="(app's port refuses|app failing)"/);
    assert.equal(cluster.holder, 'a');
    endEvents();
    assert.equal(await elector.ended, 0);
    assert.equal(cluster.holder, '');
  });

  it('holds the lock although its app, which never followed its events, closes its port first', async () => {
    const { app, url } = await startHealthyApp();
    const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
    await leadership(elector);
    await closeApp(app);
    await elector.line(/stands aside because="(app's port refuses|app failing)"/);
    elector.signal('SIGTERM');
    await elector.line(/received a signal/);
    for (let checks = 0; checks < 5; checks += 1) await statusOf(elector);
    assert.equal(cluster.holder, 'a');
    elector.signal('SIGTERM');
    await elector.ended;
    assert.equal(cluster.holder, 'a');
  });

  it('ends at once, without a release, at the second signal', async () => {
    const elector = await cluster.elect('a', '1h');
    await leadership(elector);
    elector.signal('SIGTERM');
    await elector.line(/received a signal/);
    elector.signal('SIGTERM');
    assert.equal(await elector.ended, 1);
    assert.equal(cluster.holder, 'a');
  });

  it('answers who asked it to resign before that, and ends', async () => {
    const elector = await cluster.elect('a', '1h');
    await leadership(elector);
    const url = await urlOf(elector);
    const release = deferred();
    cluster.api.fault(method('PUT'), (exchange) => {
      void release.promise.then(() => {
        const { code, body } = exchange.perform();
        answer(code, body)(exchange);
      });
    });
    const headers = await cluster.proofOf('a');
    const resigned = fetch(`${url}/resign`, { method: 'POST', headers });
    await elector.line(/stands aside/);
    elector.signal('SIGTERM');
    await elector.line(/received a signal/);
    release.resolve();
    assert.equal((await resigned).status, 200);
    assert.equal(await elector.ended, 0);
    assert.equal(cluster.holder, '');
  });

  it('ends at once where another leads', async () => {
    await leadership(await cluster.elect('a', '1h'));
    const standby = await cluster.elect('b', '1h');
    await leaderKnown(standby, 'a');
    standby.signal('SIGTERM');
    assert.equal(await standby.ended, 0);
    assert.equal(cluster.holder, 'a');
  });
});
