import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../../test/browser.ts';
import { StagedElection } from '../screenshots/staged-election.ts';
import { openStagedPage } from './staged-page.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What breaks the rules of WCAG 2.2, levels A and AA, and of good practice. */
async function barriersOf(page: Page): Promise<string[]> {
  // By the debugger, since the page's own policy allows no foreign script.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** The elements that are cut off, or wider than the page. */
const cutOff = `[...document.querySelectorAll('body *')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
  .map((element) => element.outerHTML.slice(0, 80))`;

describe('The look of the page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let election: StagedElection;

  before(async () => {
    browser = await launchBrowser();
    election = await StagedElection.start(['r6twr', 'x2k4d', '9vbqs']);
    election.changed({ former: '', leader: 'x2k4d', because: 'first', tookMs: null });
    election.changed({ former: 'x2k4d', leader: 'r6twr', because: 'expired', tookMs: 10_031 });
  });

  after(async () => {
    await browser.close();
    await election.stop();
  });

  const states: Record<string, () => void> = {
    led: () => election.is({ leader: 'r6twr', expiresInMs: 60_000, leaderTransitions: 2 }),
    // Its last renewal is as old as this says, and nobody hears of it.
    'leader-silent': () => {
      election.pagesComeFrom('x2k4d');
      election.is({ leader: 'zzzzz', expiresInMs: 3000, leaderTransitions: 2 });
    },
    nobody: () => election.is({ leader: null, expiresInMs: null, leaderTransitions: 2 }),
  };
  for (const [scene, happens] of Object.entries(states)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`bars nobody (WCAG 2.2 AA), ${scene}, ${colorScheme}`, async () => {
        election.pagesComeFrom('r6twr', 'x2k4d', '9vbqs');
        const { page } = await openStagedPage(browser, election.service.url, {
          colorScheme,
          reducedMotion: 'reduce',
        });
        happens();
        await page.locator(`main[data-scene='${scene}']`).waitFor();
        assert.deepEqual(await barriersOf(page), []);
        await page.context().close();
      });
    }
  }

  // A window of 1280 CSS pixels, zoomed; 400 % is what WCAG 2.2 asks for (1.4.10, reflow).
  for (const [what, width] of [
    ['at 200 %', 640],
    ['at 400 %', 320],
    ['on a phone', 390],
  ] as const) {
    it(`fits ${what}: nothing is cut off, and nothing scrolls sideways`, async () => {
      election.pagesComeFrom('r6twr', 'x2k4d', '9vbqs');
      states['led']?.();
      const { page } = await openStagedPage(browser, election.service.url, {
        viewport: { width, height: 640 },
      });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      assert.deepEqual(await page.evaluate(cutOff), []);
      await page.context().close();
    });
  }

  it('does not move what stands below while the state changes', async () => {
    election.pagesComeFrom('x2k4d');
    states['led']?.();
    const { page } = await openStagedPage(browser, election.service.url);
    const places = () =>
      page.evaluate<number[]>(
        `['pods', 'history', 'try', 'pod'].map((id) => document.getElementById(id).getBoundingClientRect().top)`,
      );
    const before = await places();
    for (const scene of ['leader-silent', 'nobody']) {
      states[scene]?.();
      await page.locator(`main[data-scene='${scene}']`).waitFor();
      assert.deepEqual((await places()).slice(0, 3), before.slice(0, 3), scene);
    }
    await page.context().close();
  });

  it('moves nothing by itself for whoever wants that', async () => {
    states['led']?.();
    const { page } = await openStagedPage(browser, election.service.url, { reducedMotion: 'reduce' });
    assert.deepEqual(
      await page.evaluate(
        `[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).animationName !== 'none').length + document.getAnimations().length`,
      ),
      0,
    );
    await page.context().close();
  });

  it('lets the command be copied by the keyboard alone, and says so', async () => {
    states['led']?.();
    const { page, complaints } = await openStagedPage(browser, election.service.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.id'), 'copy');
    await page.keyboard.press('Enter');
    await page.getByText('Copied.', { exact: true }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.equal(copied, 'kubectl delete pod leader-elector-65468dd656-r6twr');
    assert.equal(await page.evaluate('document.activeElement.id'), 'copy');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
