import { join } from 'node:path';
import { bundle, projectFolder } from '../infra/bundle.ts';
import { bundleCommand } from '../infra/bundle-command.ts';
import { app, elector } from '../infra/packages.ts';

/** Before any test: the bundles that go into the images and into the library's package, which the tests of processes run. */
export async function mochaGlobalSetup(): Promise<void> {
  const command = bundleCommand(join(projectFolder, 'elector/dist/command'));
  await Promise.all([bundle(elector), bundle(app), command]);
}
