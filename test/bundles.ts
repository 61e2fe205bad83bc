import { bundle } from '../infra/bundle.ts';
import { app, elector } from '../infra/packages.ts';

/** Before any test: the bundles that go into the images, which the tests of processes run. */
export async function mochaGlobalSetup(): Promise<void> {
  await Promise.all([bundle(elector), bundle(app)]);
}
