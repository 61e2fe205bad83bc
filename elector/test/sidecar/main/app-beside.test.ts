import assert from 'node:assert/strict';
import { statusOf, urlOf } from '../elector-process.ts';
import { leaderKnown, leadership, TestCluster } from '../test-cluster.ts';
import { closeApp, closeApps, followEvents, startHealthyApp } from './app-beside.ts';
import { eventually } from '../../../../base/testing/eventually.ts';

describe('The elector as a process beside an app', () => {
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());
  afterEach(closeApps);

  it('does not stand before the app is well', async () => {
    const { app, url } = await startHealthyApp();
    await closeApp(app);
    const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
    await eventually('the lock', async () => (await fetch(`${await urlOf(elector)}/readyz`)).ok);
    await elector.line(/stands aside because="the app has not answered yet"/);
    app.listen(Number(new URL(url).port), '127.0.0.1');
    await leadership(elector);
    const [aside, stands] = ['stands aside', 'stands for election'].map((what) =>
      elector.lines.findIndex((line) => line.includes(what)),
    );
    assert.ok(aside !== undefined && stands !== undefined && aside < stands);
  });

  it('hands over at once when the app has ended, although it had been told that it leads', async () => {
    const { app, url } = await startHealthyApp();
    const first = await cluster.elect('a', '1h', `--app-health-url=${url}`);
    await leadership(first);
    const endEvents = await followEvents(cluster, first, 'a');
    const second = await cluster.elect('b', '1h');
    await leaderKnown(second, 'a');
    await closeApp(app);
    endEvents();
    const status = await leadership(second);
    assert.equal(status.leaderTransitions, 1);
    assert.equal((await statusOf(first)).name, 'b');
  });
});
