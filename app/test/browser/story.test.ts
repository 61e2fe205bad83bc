import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../test/browser.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import type { PodReport } from '../../page/message.ts';
import { PodStandIn } from '../pod-stand-in.ts';
import { podNamed, StagedElection } from '../screenshots/staged-election.ts';
import { openStagedPage } from './staged-page.ts';

describe('The story that the page tells', function () {
  this.timeout(60_000);
  let browser: Browser;
  let election: StagedElection;
  let page: Page;
  let complaints: string[];

  before(async () => {
    browser = await launchBrowser();
    election = await StagedElection.start(['r6twr', 'x2k4d', '9vbqs']);
    election.changed({ former: '', leader: 'r6twr', because: 'first', tookMs: null });
    election.is({ leader: 'r6twr', expiresInMs: 60_000, leaderTransitions: 0 });
    election.pagesComeFrom('x2k4d');
    ({ page, complaints } = await openStagedPage(browser, election.service.url));
    election.pagesComeFrom('r6twr', 'x2k4d', '9vbqs');
  });

  after(async () => {
    await browser.close();
    await election.stop();
  });

  const shows = (id: string, text: string | RegExp) => page.locator(`#${id}`, { hasText: text }).waitFor();
  const pod = (name: string, look: string) =>
    page.locator(`.pod[data-look='${look}']`, { hasText: name }).waitFor();
  const latest = (text: string | RegExp) =>
    page.locator('#history li').first().filter({ hasText: text }).waitFor();

  it('at first: who leads, who stands by, and which of them the page comes from', async () => {
    await shows('headline', 'r6twr leads');
    await shows('meaning', '2 other pods stand by');
    await pod('r6twr', 'leader');
    await pod('9vbqs', 'standby');
    await page.locator('.pod', { hasText: 'x2k4d' }).getByText('this page’s pod').waitFor();
    await latest('Nobody led before.');
    await shows('command', 'kubectl delete pod leader-elector-65468dd656-r6twr');
    assert.deepEqual(complaints, []);
  });

  it('a delete: another one leads, the former one is gone, and why', async () => {
    election.pagesComeFrom('x2k4d', '9vbqs');
    election.changed({ former: 'r6twr', leader: '9vbqs', because: 'stopping', tookMs: 131 });
    election.is({ leader: '9vbqs', expiresInMs: 60_000, leaderTransitions: 1 });
    await shows('headline', '9vbqs leads');
    await latest(/9vbqs leads after r6twr.*took 0\.13 s.*r6twr was told to stop, so it handed over first/s);
    await pod('r6twr', 'gone');
    await shows('command', /kubectl delete pod leader-elector-65468dd656-9vbqs --grace-period=0 --force/);
  });

  it('a crash of a leader that is back before its lease has run out: it leads on', async () => {
    const { port = 0 } = election.pods.find(({ name }) => name === podNamed('x2k4d')) ?? {};
    await eventually('x2k4d has heard for how long 9vbqs has been up', async () => {
      const pods = (await (await fetch(`http://127.0.0.1:${port}/pods`)).json()) as PodReport[];
      const known = pods.find(({ name }) => name === podNamed('9vbqs'));
      return known?.role === 'leading' && (known.upMs ?? 0) > 3000;
    });
    await election.restart('9vbqs');
    election.is({ leader: '9vbqs', expiresInMs: 60_000, leaderTransitions: 1 });
    election.pagesComeFrom('x2k4d', '9vbqs');
    await latest(/9vbqs crashed, and leads on.*started again before its lease had run out/s);
    await shows('headline', '9vbqs leads');
    await shows('meaning', /^It alone may act, .*It crashed, but came back \d+ s ago/);
  });

  it('a freeze: silent for so long, the lease runs out in so long, and nobody can tell why', async () => {
    election.pagesComeFrom('x2k4d');
    election.is({ leader: '9vbqs', expiresInMs: 5900, leaderTransitions: 1 });
    await shows('headline', '9vbqs leads, but is silent');
    await shows(
      'meaning',
      /^Nothing from it for \d+ s\. .*Nobody can tell.*runs out in \d s; then another pod leads\.$/,
    );
    await pod('9vbqs', 'leader-silent');
    assert.ok((await page.evaluate<number>(`document.getElementById('lease-left').value`)) < 6000);
  });

  it('then its lease runs out, and another one leads', async () => {
    election.changed({ former: '9vbqs', leader: 'x2k4d', because: 'expired', tookMs: 10_020 });
    election.is({ leader: 'x2k4d', expiresInMs: 10_000, leaderTransitions: 2 });
    await shows('headline', 'x2k4d leads');
    await latest(/took 10 s.*9vbqs crashed, froze or was cut off: nobody could tell/s);
    await shows('token', '281064');
    await pod('9vbqs', 'silent');
  });

  it('a thaw: the former leader stands by', async () => {
    election.pagesComeFrom('x2k4d', '9vbqs');
    await pod('9vbqs', 'standby');
    await shows('headline', 'x2k4d leads');
  });

  it('an outage of the API server: nobody leads, and what that may mean', async () => {
    election.is({ leader: null, expiresInMs: null, leaderTransitions: 2 });
    await shows('headline', 'Nobody leads right now');
    await shows('meaning', /API server/);
    await shows('lease-line', 'nobody holds it');
  });

  it('survives the death of the pod that the page came from, history included', async () => {
    election.is({ leader: '9vbqs', expiresInMs: 10_000, leaderTransitions: 2 });
    const told = await page.locator('#history li').count();
    // This one began to watch only now, and knows of nothing.
    const late = await PodStandIn.start('late');
    try {
      late.elector.say({ name: 'late' });
      late.elector.tell([]);
      election.service.leadTo(late.port);
      election.service.cut();
      await shows('connection', /^Live from late; before, from /);
      assert.equal(await page.locator('#history li').count(), told);
    } finally {
      await late.stop();
    }
  });

  it('all pods gone: that none answers, for how long, and how things were', async () => {
    election.service.leadTo();
    election.service.cut();
    await shows('headline', 'No pod answers');
    await shows('meaning', /^Nothing has been heard for \d+ s\. Has npm start ended/);
    await page.locator('.pod', { hasText: 'when last heard' }).first().waitFor();
    assert.ok((await page.locator('#history li').count()) >= 3);
  });
});

describe('The page, whatever it is told', function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser.close());

  it('runs nothing that a name brings', async () => {
    const name = `"><img src=x onerror="globalThis.wasRun=1"><script>globalThis.wasRun=1</script>'{{title}}`;
    const pod = await PodStandIn.start(name);
    try {
      pod.elector.say({ name: `${name}2`, fencingToken: name });
      const handover = { from: name, to: `${name}2`, because: name, at: new Date().toISOString() };
      pod.elector.tell([{ ...handover, tookMs: 1, leaderTransitions: 1 }]);
      const { page, complaints } = await openStagedPage(browser, `http://127.0.0.1:${pod.port}`);
      await page.getByText(`My hostname: ${name}`, { exact: true }).waitFor();
      await page.getByText(`${name}2 leads after ${name}`, { exact: true }).waitFor();
      pod.elector.say({ name: `${name}3` });
      await page.getByText(`${name}3 leads`, { exact: true }).waitFor();
      assert.equal(await page.evaluate('globalThis.wasRun'), undefined);
      assert.equal(await page.locator('img').count(), 0);
      assert.deepEqual(complaints, []);
    } finally {
      await pod.stop();
    }
  });

  it('shows a change to 500 other viewers as well', async () => {
    const pod = await PodStandIn.start('pod-a');
    const viewers: Socket[] = [];
    try {
      pod.elector.say({ name: 'pod-y' });
      while (viewers.length < 500) {
        const viewer = connect(pod.port, '127.0.0.1');
        viewers.push(viewer);
        viewer.write('GET /events HTTP/1.1\r\nHost: pod-a\r\n\r\n');
        await once(viewer, 'data');
      }
      const { page } = await openStagedPage(browser, `http://127.0.0.1:${pod.port}`);
      const told = viewers.map(hears('pod-z'));
      pod.elector.say({ name: 'pod-z' });
      await page.getByText('pod-z leads', { exact: true }).waitFor();
      await Promise.all(told);
    } finally {
      for (const viewer of viewers) viewer.destroy();
      await pod.stop();
    }
  });
});

/** Resolves when a viewer is told that this pod leads. */
const hears = (leader: string) => (viewer: Socket) =>
  new Promise<void>((resolve) => {
    let heard = '';
    viewer.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(`"leader":"${leader}"`)) resolve();
    });
  });
