import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { launchBrowser } from '../../test/browser.ts';
import { startApp } from '../src/app.ts';
import { maxReaders } from '../src/browser-events.ts';
import { ScriptedElector } from './scripted-elector.ts';
import { ServicePort } from './service-port.ts';

/** The app of one pod beside its elector. */
class PodStandIn {
  readonly elector: ScriptedElector;
  readonly server: Server;
  readonly #stop = new AbortController();

  private constructor(name: string, elector: ScriptedElector) {
    const settings = {
      port: 0,
      podName: name,
      podIp: '10.244.0.7',
      electorTokenFile: null,
      leaseDurationMs: 3000,
    };
    const electorUrl = elector.url;
    this.elector = elector;
    this.server = startApp({ ...settings, electorUrl }, systemClock, silentLog, this.#stop.signal).listen(
      0,
      '127.0.0.1',
    );
  }

  static async start(name: string): Promise<PodStandIn> {
    const pod = new PodStandIn(name, await ScriptedElector.start());
    pod.elector.say({ name: 'pod-z' });
    await once(pod.server, 'listening');
    return pod;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.server.closeAllConnections();
    this.server.close();
    await this.elector.stop();
  }
}

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

  async function shows(text: string): Promise<void> {
    await page.getByText(text, { exact: true }).waitFor();
  }

  async function hasState(state: string): Promise<void> {
    await page.locator(`html[data-state='${state}']`).waitFor();
  }

  it('shows a change of leader without a reload, and breaks none of its own rules', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(service.url);
    await shows('The master is at hostname: pod-z');
    await page.evaluate('globalThis.neverReloaded = true');
    podA.elector.say({ name: 'pod-b' });
    await shows('The master is at hostname: pod-b');
    podA.elector.say({ name: 'pod-a', isLeader: true, validForMs: 60_000 });
    await shows('I am the current master!');
    await hasState('leading');
    podA.elector.say({ name: '' });
    await shows('No master is known right now.');
    await hasState('nobody');
    assert.equal(await page.evaluate('globalThis.neverReloaded'), true);
    assert.deepEqual(complaints, []);
  });

  it('says that the elector is silent once its lease has passed', async () => {
    await page.goto(service.url);
    await hasState('following');
    // It says nothing more, also when it is asked anew.
    podA.elector.greeting = null;
    await shows('The elector is silent, so the master is unknown.');
    await hasState('silent');
  });

  it('says so while no pod answers, then from which pod it comes', async () => {
    await page.goto(service.url);
    await shows('My hostname: pod-a');
    service.leadTo(null);
    service.cut();
    await shows('Connection lost');
    await hasState('lost');
    service.leadTo(podB.port);
    await shows('Reconnected: this page now comes from pod-b, before from pod-a.');
    await shows('My hostname: pod-b');
    service.leadTo(podA.port);
    service.cut();
    await shows('Reconnected: this page now comes from pod-a, before from pod-b.');
  });

  it('says so when the same pod is back', async () => {
    await page.goto(service.url);
    await shows('My hostname: pod-a');
    service.cut();
    await shows('Reconnected: this page comes from pod-a again.');
  });

  it('leaves a pod that hangs', async () => {
    await page.goto(service.url);
    await shows('My hostname: pod-a');
    service.leadTo(podB.port);
    service.freeze();
    await shows('Reconnected: this page now comes from pod-b, before from pod-a.');
  });

  it('recovers from answers at which a browser stops reconnecting by itself', async () => {
    const broken = createServer((_request, response) =>
      response.writeHead(503, { connection: 'close' }).end(),
    );
    broken.listen(0, '127.0.0.1');
    await once(broken, 'listening');
    try {
      await page.goto(service.url);
      await shows('My hostname: pod-a');
      service.leadTo((broken.address() as AddressInfo).port);
      const refused = once(broken, 'request');
      service.cut();
      await refused;
      await shows('Connection lost');
      service.leadTo(podB.port);
      await shows('My hostname: pod-b');
    } finally {
      broken.close();
      broken.closeAllConnections();
    }
  });

  it('says so while a pod has as many viewers as it may, and is live once one of them has gone', async () => {
    const viewers: Socket[] = [];
    while (viewers.length < maxReaders) {
      const viewer = connect(podA.port, '127.0.0.1');
      viewers.push(viewer);
      viewer.write('GET /events HTTP/1.1\r\nHost: pod-a\r\n\r\n');
      await once(viewer, 'data');
      viewer.resume();
    }
    await page.goto(service.url);
    await shows('Connection lost');
    viewers[0]?.destroy();
    await shows('Reconnected: this page comes from pod-a again.');
    for (const viewer of viewers) viewer.destroy();
  });

  it('fits a small screen', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    await page.goto(service.url);
    podA.elector.say({ name: 'a-pod-with-a-name-of-sixty-three-characters-0123456789-abcdefghi' });
    await shows(
      'The master is at hostname: a-pod-with-a-name-of-sixty-three-characters-0123456789-abcdefghi',
    );
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
  });
});
