import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { withOptions } from '../../../base/options.ts';
import { runCommand } from '../../../base/run-command.ts';
import { launchBrowser } from '../../../test/browser.ts';
import { openStagedPage } from '../browser/staged-page.ts';
import { StagedElection } from './staged-election.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'page');

const looks = {
  light: { viewport: { width: 1120, height: 760 }, reducedMotion: 'reduce' },
  dark: { viewport: { width: 1120, height: 760 }, colorScheme: 'dark', reducedMotion: 'reduce' },
  phone: { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' },
} as const satisfies Record<string, BrowserContextOptions>;

type Look = keyof typeof looks;

const command = {
  command: 'npm run screenshots',
  summary: 'Takes the pictures in docs/page: the page in its states, light, dark and on a phone.',
  options: {},
};

await runCommand(
  withOptions(command, async () => {
    await mkdir(folder, { recursive: true });
    const browser = await launchBrowser();
    const election = await StagedElection.start(['r6twr', 'x2k4d', '9vbqs']);
    try {
      await takeAll(browser, election);
    } finally {
      await browser.close();
      await election.stop();
    }
  }),
);

async function takeAll(browser: Browser, election: StagedElection): Promise<void> {
  election.changed({ former: '', leader: '9vbqs', because: 'first', tookMs: null, agoMs: 190_000 });
  election.changed({ former: '9vbqs', leader: 'x2k4d', because: 'expired', tookMs: 10_031, agoMs: 92_000 });
  election.changed({ former: 'x2k4d', leader: 'r6twr', because: 'stopping', tookMs: 131, agoMs: 31_000 });
  election.is({ leader: 'r6twr', expiresInMs: 10_000, leaderTransitions: 15 });
  const fromLeader = await openAll(browser, election, 'r6twr', ['light', 'dark', 'phone']);
  const fromStandby = await openAll(browser, election, 'x2k4d', ['light']);
  const whileFrozen = await openAll(browser, election, 'x2k4d', ['light', 'dark', 'phone']);
  const tillLost = await openAll(browser, election, '9vbqs', ['light']);
  await areOld(fromLeader);

  election.is({ leader: 'r6twr', expiresInMs: 8300, leaderTransitions: 15 });
  for (const page of [...fromLeader.values(), ...fromStandby.values()])
    await page.locator(".pod[data-look='standby']").nth(1).waitFor();
  await take('leader', fromLeader, 'led');
  await take('standby', fromStandby, 'led');

  election.pagesComeFrom('x2k4d', '9vbqs');
  // So that it looks as if the others had not heard of it for as long as its lease has not been renewed.
  await sleep(5000);
  election.is({ leader: 'r6twr', expiresInMs: 3900, leaderTransitions: 15 });
  await take('frozen', whileFrozen, 'leader-silent');

  election.service.leadTo();
  election.service.cut();
  await take('lost', tillLost, 'lost');
}

/** Pages of some looks from one pod, which hears of all others. */
async function openAll(
  browser: Browser,
  election: StagedElection,
  pod: string,
  wanted: readonly Look[],
): Promise<Map<Look, Page>> {
  election.pagesComeFrom(pod);
  const pages = new Map<Look, Page>();
  for (const look of wanted) {
    const { page } = await openStagedPage(browser, election.service.url, looks[look]);
    pages.set(look, page);
  }
  election.pagesComeFrom('r6twr', 'x2k4d', '9vbqs');
  return pages;
}

/** Waits until nothing is said any more of when pods were started. */
async function areOld(pages: ReadonlyMap<Look, Page>): Promise<void> {
  for (const page of pages.values()) await page.locator('#pods', { hasNotText: 'started' }).waitFor();
}

async function take(state: string, pages: ReadonlyMap<Look, Page>, scene: string): Promise<void> {
  for (const [look, page] of pages) {
    await page.locator(`main[data-scene='${scene}']`).waitFor();
    await page.screenshot({ path: join(folder, `${state}-${look}.png`), fullPage: true });
    console.log(`docs/page/${state}-${look}.png`);
  }
}
