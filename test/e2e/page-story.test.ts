import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { Example } from '../../local/example.ts';
import { launchBrowser } from '../browser.ts';

describe('The page of the example', function () {
  this.timeout(60_000);
  let folder: string;
  let example: Example;
  let browser: Browser;
  let page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'page-story-'));
    const nothing = () => undefined;
    // With the lease that npm start has, a leader that fell silent is seen for some seconds before another one leads.
    const config = { replicas: '3', ttlSeconds: '10', lock: 'endpoints' } as const;
    example = await Example.start(
      { stateDir: join(folder, 'state'), port: null, config },
      { onMade: nothing, onDeleted: nothing, onError: (error) => assert.fail(error) },
    );
    await example.up();
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(50_000);
    await page.goto(example.url);
  });

  after(async () => {
    await browser.close();
    await example.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const short = (pod: string | null) => pod?.slice(-5) ?? '';
  const pod = (name: string, look: string) =>
    page.locator(`.pod[data-look='${look}']`, { hasText: name }).waitFor();

  /** Waits until the page says that another pod leads; returns its short name. */
  async function anotherThan(former: string): Promise<string> {
    const others = await page
      .locator('#headline', { hasText: /^\w{5} leads$/, hasNotText: former })
      .textContent();
    return (others ?? '').slice(0, 5);
  }

  const happened = (what: string, why: RegExp) =>
    page.locator('#history li').first().filter({ hasText: what }).filter({ hasText: why }).waitFor();

  it('shows all three pods, which hear of each other by the Service', async () => {
    await page.locator('.pod[data-look="leader"]').waitFor();
    await page.locator('.pod[data-look="standby"]').nth(1).waitFor();
    assert.equal(await page.locator('.pod').count(), 3);
  });

  it('shows who leads after the leader was deleted', async () => {
    const former = short(example.faults.delete());
    // Shown for some seconds, so it is looked for from now on.
    const gone = page
      .locator('.pod', { hasText: former })
      .and(page.locator("[data-look='gone'], [data-look='silent']"))
      .waitFor();
    const [next] = await Promise.all([anotherThan(former), gone]);
    await pod(next, 'leader');
    await happened(`${next} leads after ${former}`, /stop|ended/);
  });

  it('shows that a frozen leader is silent, who leads next, and that it stands by once it is thawed', async () => {
    const frozen = short(example.faults.freeze());
    await Promise.all([
      page.getByText(`${frozen} leads, but is silent`, { exact: true }).waitFor(),
      pod(frozen, 'leader-silent'),
    ]);
    const next = await anotherThan(frozen);
    await pod(next, 'leader');
    await happened(`${next} leads after ${frozen}`, /until its lease had run out/);
    await pod(frozen, 'silent');
    example.faults.thaw();
    await pod(frozen, 'standby');
  });
});
