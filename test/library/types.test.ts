import assert from 'node:assert/strict';
import { Consumer } from './consumer.ts';
import { changesExample, example } from './readme.ts';

const testKit = `
  import { FakeClock, MemoryLock } from 'k8s-leader-elector/testing';
  export const tested = new LeaderElector({ lock: new MemoryLock(), clock: new FakeClock(), leaseDuration: 15 });
`;
const module = example + changesExample + testKit;
/** What TypeScript emits as CommonJS, and so knows no `await` at the top. */
const script = example + testKit;
const modern = { module: 'esnext', moduleResolution: 'bundler' };
const node16 = { module: 'node16', moduleResolution: 'node16' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const node10 = { module: 'commonjs', moduleResolution: 'node10' };

/** What each version of TypeScript is asked: the file, its text, the options. */
const asked: readonly [string, string, string, object][] = [
  ['commonjs and node10', 'node10.ts', script, node10],
  ['node16, as an ES module', 'node16.mts', module, node16],
  ['node16, by require', 'node16.cts', script, node16],
  ['nodenext, as an ES module', 'nodenext.mts', module, nodenext],
  ['nodenext, by require', 'nodenext.cts', script, nodenext],
  ['bundler', 'bundler.ts', module, modern],
];
const versions = {
  '5.4.5': asked.filter(([, file]) => ['node10.ts', 'nodenext.mts'].includes(file)),
  '5.9.3': asked,
  '6.0.3': asked.map(
    ([what, file, text, options]) => [what, file, text, { ...options, ignoreDeprecations: '6.0' }] as const,
  ),
  '7.0.2': asked.filter(([, , , options]) => options !== node10),
};

for (const [version, rows] of Object.entries(versions)) {
  describe(`The packed library's types under TypeScript ${version}, all libraries checked`, () => {
    let consumer: Consumer;

    before(async () => {
      consumer = await Consumer.install(`typescript@${version}`, '@types/node@20.19.43');
    });
    after(() => consumer.remove());

    /** What tsc says of a file with these options. */
    async function errorsIn(file: string, text: string, options: object): Promise<readonly string[]> {
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2022',
        lib: ['es2022'],
        types: ['node'],
        ...options,
      };
      await consumer.write(file, text);
      await consumer.write('tsconfig.json', { compilerOptions, files: [file] });
      const tsc = consumer.start(consumer.path('node_modules/.bin/tsc'), ['--pretty', 'false', '-p', '.']);
      await tsc.ended;
      return tsc.lines;
    }

    for (const [what, file, text, options] of rows) {
      it(`fit the README's examples, and those of the test kit: ${what}`, async () => {
        assert.deepEqual(await errorsIn(file, text, options), []);
      });
    }

    it('do not fit a wrong option', async () => {
      const wrong = example.replace('leaseDuration: 15', "leaseDuration: '15s'");
      const errors = await errorsIn('wrong.mts', wrong, nodenext);
      assert.match(errors.join('\n'), /^wrong\.mts.*Type 'string' is not assignable to type 'number'/);
    });

    it('are one, whether it is imported or required: a lock of the one fits an elector of the other', async () => {
      const mixed = `import { LeaderElector } from 'k8s-leader-elector';
        import type { LeaseLock } from 'k8s-leader-elector' with { 'resolution-mode': 'require' };
        export const elect = (lock: LeaseLock) => new LeaderElector({ lock, leaseDuration: 15 });`;
      assert.deepEqual(await errorsIn('mixed.mts', mixed, nodenext), []);
    });
  });
}
