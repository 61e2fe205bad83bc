import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page that is looked at, with everything that a browser complains about meanwhile. */
export interface WatchedPage {
  readonly page: Page;
  /** What came on the console, errors of the script and breaches of the policy included. */
  readonly complaints: string[];
}

/** Opens a page and waits until it is live. */
export async function openStagedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await page.locator("main[data-connection='live']").waitFor();
  return { page, complaints };
}
