// `npm run e2e`: the end-to-end tests, against the example where it is deployed.
import Mocha from 'mocha';
import { onEnding } from '../../base/endings.ts';
import { withOptions, type OptionValues } from '../../base/options.ts';
import { runCommand } from '../../base/run-command.ts';
import { exitCode } from '../../base/user-error.ts';
import { findDeployedExample } from '../../proof/observation/deployed-example.ts';
import { command } from './options.ts';
import { Page } from './page.ts';
import { deployedSuite } from './suite.ts';

// A pod takes a while to be replaced where its node is busy.
const timeoutMs = 120_000;

/** Resolves with whether everything was tested and passed. @throws UserError where there is nothing to be tested */
async function test(options: OptionValues<typeof command.options>): Promise<boolean> {
  const example = await findDeployedExample(options);
  const page = options.url === null ? await Page.of(example) : new Page(options.url);
  await page.text();
  console.log(`${page.url.href}, context ${options.context}, namespace ${example.namespace}`);
  if (options.picture !== null) await page.saveAs(options.picture);
  const mocha = new Mocha({ timeout: timeoutMs, slow: Infinity });
  // What Mocha does before it reads a file of tests: `describe` and `it` are there.
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  deployedSuite(example, page);
  return new Promise((resolve) => {
    let isWhole = true;
    const runner = mocha.run((failures) => resolve(failures === 0 && isWhole));
    void onEnding(() => {
      isWhole = false;
      runner.abort();
    });
  });
}

await runCommand(
  withOptions(command, async (options) => ((await test(options)) ? exitCode.done : exitCode.failed)),
);
