import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { installedBrowser, packagedChromium } from './chromium.ts';

const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium that the caller closes: the one that CHROME_PATH names, else the installed one, else (on Linux)
 * the one that the package @sparticuz/chromium carries. @throws Error when none can be started
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = installedBrowser();
  if (installed !== null) return chromium.launch({ executablePath: installed, args: launchArguments });
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args: launchArguments });
  return launchPackaged();
}

async function launchPackaged(): Promise<Browser> {
  const folder = await packagedChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: launchArguments,
    env: {
      ...process.env,
      // The package brings the shared libraries that a machine without a desktop lacks, and fonts.
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  });
}
