// `npm run e2e`: the end-to-end tests, against the example where it is deployed.
import Mocha from 'mocha';
import { onEnding } from '../../base/endings.ts';
import { StartError } from '../../local/start-error.ts';
import { findDeployedExample } from '../../proof/observation/deployed-example.ts';
import { KubectlError } from '../../proof/observation/kubectl.ts';
import { UsageError } from '../../base/command-line.ts';
import { readOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { Page } from './page.ts';
import { deployedSuite } from './suite.ts';

// A pod takes a while to be replaced where its node is busy.
const timeoutMs = 120_000;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(usage);
  else process.exitCode = (await test(options)) ? 0 : 1;
} catch (error) {
  const isExpected = [UsageError, StartError, KubectlError].some((kind) => error instanceof kind);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** Resolves with whether everything was tested and passed. @throws StartError or KubectlError where there is nothing to be tested */
async function test(options: Options): Promise<boolean> {
  const example = await findDeployedExample(options);
  const page = options.url === null ? await Page.of(example) : new Page(options.url);
  await page.text();
  console.log(`${page.url.href}, context ${options.context}, namespace ${example.namespace}`);
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
