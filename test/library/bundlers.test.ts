import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, useLibraryCluster } from './election-row.ts';
import { commonJsExample, example } from './readme.ts';

type Format = 'esm' | 'cjs';

/** How each bundler makes `out/` of `src.mjs` or `src.cjs`, by the defaults of its documentation for Node.js. */
const bundlers: Readonly<
  Record<string, (consumer: Consumer, source: string, format: Format) => Promise<unknown>>
> = {
  async esbuild(consumer, source, format) {
    const options = [
      '--bundle',
      '--platform=node',
      `--format=${format}`,
      `--out-extension:.js=.${extension[format]}`,
    ];
    await consumer.run('esbuild', source, ...options, '--outdir=out');
  },
  async tsup(consumer, source, format) {
    // It leaves dependencies out, but for those that it is told.
    const config = {
      entry: [source],
      format,
      platform: 'node',
      outDir: 'out',
      noExternal: ['k8s-leader-elector'],
    };
    await consumer.write('tsup.config.mjs', `export default ${JSON.stringify(config)}`);
    await consumer.run('tsup');
  },
  async rollup(consumer, source, format) {
    const options = ['--plugin', 'node-resolve', '--plugin', 'commonjs', '--format', format];
    await consumer.run(
      'rollup',
      source,
      ...options,
      '--external',
      '/^node:/',
      '--file',
      `out/rollup.${extension[format]}`,
    );
  },
  async webpack(consumer, source, format) {
    const library = format === 'esm' ? { type: 'module' } : { type: 'commonjs2' };
    await consumer.write(
      'webpack.config.cjs',
      `module.exports = ${JSON.stringify({
        mode: 'production',
        target: 'node20',
        entry: `./${source}`,
        experiments: { outputModule: format === 'esm' },
        output: {
          path: consumer.path('out'),
          filename: `webpack.${extension[format]}`,
          library,
          module: format === 'esm',
        },
      })}`,
    );
    await consumer.run('webpack');
  },
};
const extension = { esm: 'mjs', cjs: 'cjs' } as const;

for (const [name, bundle] of Object.entries(bundlers)) {
  describe(`The packed library bundled by ${name} into one file`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      const packages: Record<string, string[]> = {
        esbuild: ['esbuild@0.28.2'],
        tsup: ['tsup@8.5.0', 'typescript@5.9.3'],
        rollup: ['rollup@4.68.8', '@rollup/plugin-node-resolve@16.0.3', '@rollup/plugin-commonjs@29.0.3'],
        webpack: ['webpack@5.112.2', 'webpack-cli@6.0.1'],
      };
      consumer = await Consumer.install(...(packages[name] ?? []));
      await consumer.write('src.mjs', example);
      await consumer.write('src.cjs', commonJsExample);
    });
    after(() => consumer.remove());

    const rows: readonly [string, string, Format][] = [
      ['an ES module, from one', 'src.mjs', 'esm'],
      ['CommonJS, from an ES module', 'src.mjs', 'cjs'],
      ['CommonJS, from CommonJS', 'src.cjs', 'cjs'],
    ];
    for (const [what, source, format] of rows) {
      it(`leads as ${what}, by a kubeconfig and as in a pod`, async () => {
        const { cluster } = suite;
        await rm(consumer.path('out'), { recursive: true, force: true });
        await bundle(consumer, source, format);
        const [file = '', ...others] = await readdir(consumer.path('out'));
        assert.deepEqual(others, []);
        const elsewhere = await Consumer.empty();
        const program = format === 'esm' ? 'program.mjs' : 'program.cjs';
        await copyFile(consumer.path(join('out', file)), elsewhere.path(program));
        for (const env of [await cluster.kubeconfigEnvironment(), await cluster.podEnvironment()])
          await assertLeadsAndStops(elsewhere.start(process.execPath, [program], env), cluster);
        await elsewhere.remove();
      });
    }
  });
}
