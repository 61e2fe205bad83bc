import { join } from 'node:path';
import { bundle, projectFolder } from '../infra/bundle.ts';
import { bundleCommand } from '../infra/bundle-command.ts';
import { app, elector } from '../infra/packages.ts';
import { installedBrowser, packagedChromium } from './chromium.ts';

/**
 * Before any test, since several at once would each do it: the bundles that go into the images and into the library's package, which the
 * tests of processes run, and the browser.
 */
export async function mochaGlobalSetup(): Promise<void> {
  const command = bundleCommand(join(projectFolder, 'elector/dist/command'));
  const browser = process.platform === 'linux' && installedBrowser() === null ? packagedChromium() : null;
  await Promise.all([bundle(elector), bundle(app), command, browser]);
}
