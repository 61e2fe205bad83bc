import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, useLibraryCluster } from './election-row.ts';
import { commonJsExample, example } from './readme.ts';

/** The package of npm that brings a runtime, its command, and the arguments before a file. */
const runtimes: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'node@20.19.0': ['node'],
  'node@22.23.3': ['node'],
  'node@24.21.0': ['node'],
  'node@26.10.0': ['node'],
  'bun@1.4.5': ['bun'],
  'deno@2.9.6': ['deno', 'run', '--allow-all', '--node-modules-dir=manual'],
};

for (const [runtime, [command, ...args]] of Object.entries(runtimes)) {
  describe(`The packed library on ${runtime}`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      // What these bring is put in its place by an install script.
      consumer = await Consumer.install(runtime);
      await consumer.write('package.json', {});
      await consumer.write('module.mjs', example);
      await consumer.write('script.cjs', commonJsExample);
    });
    after(() => consumer.remove());

    for (const file of ['module.mjs', 'script.cjs']) {
      it(`leads by a kubeconfig, and as in a pod: ${file}`, async () => {
        const { cluster } = suite;
        for (const env of [await cluster.kubeconfigEnvironment(), await cluster.podEnvironment()]) {
          const program = consumer.start(consumer.path(`node_modules/.bin/${command}`), [...args, file], env);
          await assertLeadsAndStops(program, cluster);
        }
      });
    }
  });
}
