import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../test/browser.ts';
import { PodStandIn } from '../pod-stand-in.ts';
import { ServicePort } from '../service-port.ts';

describe('The page in a browser', function () {
  // The first start unpacks the browser, on what may be a busy machine.
  this.timeout(60_000);
  let browser: Browser;
  let service: ServicePort;
  let podA: PodStandIn;
  let podB: PodStandIn;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser.close());

  beforeEach(async () => {
    service = await ServicePort.open();
    podA = await PodStandIn.start('pod-a');
    podB = await PodStandIn.start('pod-b');
    for (const { elector } of [podA, podB]) elector.say({ name: 'pod-z' });
    service.leadTo(podA.port);
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
  });

  afterEach(async () => {
    await page.close();
    service.close();
    await podA.stop();
    await podB.stop();
  });

  async function shows(text: string | RegExp): Promise<void> {
    await page.getByText(text, { exact: true }).waitFor();
  }

  it('shows a change of leader without a reload, in three requests, and breaks none of its own rules', async () => {
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(service.url);
    await shows('The master is at hostname: pod-z');
    await page.evaluate('globalThis.neverReloaded = true');
    podA.elector.say({ name: 'pod-b' });
    await shows('The master is at hostname: pod-b');
    await shows('pod-b leads');
    podA.elector.say({ name: 'pod-a', isLeader: true, validForMs: 60_000, fencingToken: '281064' });
    await shows('I am the current master!');
    await shows('281064');
    await page.evaluate(
      `new Promise((resolve) => setInterval(() => document.title === 'pod-a leads · Leader election' && resolve(), 50))`,
    );
    podA.elector.say({ name: '' });
    await shows('No master is known right now.');
    await shows('Nobody leads right now');
    assert.equal(await page.evaluate('globalThis.neverReloaded'), true);
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests, ['/', '/page.js', '/events']);
  });

  it('says that the elector is silent once its lease has passed', async () => {
    await page.goto(service.url);
    await shows('pod-z leads');
    // It says nothing more, also when it is asked anew.
    podA.elector.greeting = null;
    await shows('The elector is silent, so the master is unknown.');
    await shows('This pod does not know who leads');
  });

  it('says so while no pod answers, then from which pod it comes', async () => {
    await page.goto(service.url);
    await shows('Live from pod-a');
    service.leadTo();
    service.cut();
    await shows('No pod answers');
    await shows(/^No answer for \d+ s, trying again …$/);
    service.leadTo(podB.port);
    await shows('Live from pod-b; before, from pod-a');
    await shows('My hostname: pod-b');
    await shows('pod-z leads');
    service.leadTo(podA.port);
    service.cut();
    await shows('Live from pod-a; before, from pod-b');
  });

  it('leaves a pod that hangs', async () => {
    await page.goto(service.url);
    await shows('Live from pod-a');
    service.leadTo(podB.port);
    service.freeze();
    await shows('Live from pod-b; before, from pod-a');
  });

  it('recovers from answers at which a browser stops reconnecting by itself', async () => {
    const broken = createServer((_request, response) =>
      response.writeHead(503, { connection: 'close' }).end(),
    );
    broken.listen(0, '127.0.0.1');
    await once(broken, 'listening');
    try {
      await page.goto(service.url);
      await shows('Live from pod-a');
      service.leadTo((broken.address() as AddressInfo).port);
      const refused = once(broken, 'request');
      service.cut();
      await refused;
      service.leadTo(podB.port);
      await shows('Live from pod-b; before, from pod-a');
    } finally {
      broken.close();
      broken.closeAllConnections();
    }
  });

  const asked = 'From pod-a, asked every second since no live events get through';

  it('asks again and again where a proxy holds the events back, and is live once they get through', async () => {
    await page.route('**/events', () => undefined);
    await page.goto(service.url);
    await shows(asked);
    podA.elector.say({ name: 'pod-b' });
    await shows('pod-b leads');
    await page.unroute('**/events');
    await shows('Live from pod-a');
  });

  it('asks again and again while a pod has as many viewers as it may, and is live once one has gone', async () => {
    await page.route('**/events', (route) => route.fulfill({ status: 503 }));
    await page.goto(service.url);
    await shows(asked);
    await page.unroute('**/events');
    await shows('Live from pod-a');
  });

  it('says the same without JavaScript, and offers nothing that would not work', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(service.url);
    await still.getByText('pod-z leads', { exact: true }).waitFor();
    await still.getByText('The master is at hostname: pod-z', { exact: true }).waitFor();
    await still
      .getByText('As pod-a knew it when this page was loaded: reload it to see what has changed', {
        exact: true,
      })
      .waitFor();
    assert.equal(await still.locator('#copy').isVisible(), false);
    await context.close();
  });
});
