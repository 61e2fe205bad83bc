import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Consumer } from './consumer.ts';
import { leaderIn, useLibraryCluster } from './election-row.ts';
import { pack } from './packed.ts';
import { commonJsExample, example } from './readme.ts';

describe('The packed library', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install();
  });
  after(() => consumer.remove());

  it('is installed alone: it depends on nothing', async () => {
    const lock = await readFile(consumer.path('node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> };
    assert.deepEqual(Object.keys(packages), ['node_modules/k8s-leader-elector']);
  });

  it('consists of the library, its types, its licences, the command and its README, in at most 1.2 MB', async () => {
    const { files, unpackedSize } = await pack();
    const dist = ['index', 'testing']
      .flatMap((name) => [
        ...['cjs', 'd.cts', 'd.mts', 'mjs'].map((extension) => `${name}.${extension}`),
        `bundler/${name}.mjs`,
        `node/${name}.cjs`,
      ])
      .concat('index.LICENSES.txt', 'types.d.cts')
      .map((file) => `dist/lib/${file}`);
    // The command's own files are two programs, and what these share.
    const command = files.filter((file) => /^dist\/lib\/command\/[\w-]+\.mjs$/.test(file));
    for (const program of ['main', 'guard'])
      assert.ok(command.includes(`dist/lib/command/${program}.mjs`), program);
    assert.deepEqual([...files].sort(), ['LICENSE', 'README.md', ...dist, ...command, 'package.json'].sort());
    assert.ok(unpackedSize < 1.2e6, `it has ${unpackedSize} bytes`);
  });

  it('is one instance, whether it is imported or required: a class of the one is that of the other', async () => {
    await consumer.write(
      'both.mjs',
      `import { createRequire } from 'node:module';
      import * as imported from 'k8s-leader-elector';
      const required = createRequire(import.meta.url)('k8s-leader-elector');
      const names = Object.keys(imported).filter((name) => name !== 'module.exports');
      console.log(names.length > 5 && names.every((name) => imported[name] === required[name]));
      console.log(new required.ConflictError('') instanceof imported.ConflictError);
      console.log(JSON.stringify(names) === JSON.stringify(Object.keys(required)));
      const kit = createRequire(import.meta.url)('k8s-leader-elector/testing');
      console.log(kit.MemoryLock === (await import('k8s-leader-elector/testing')).MemoryLock);
      const lock = new kit.MemoryLock();
      const create = () => lock.create({ record: { holderIdentity: 'a', acquireTime: null, renewTime: null } });
      console.log(await create().then(create).catch((error) => error instanceof imported.ConflictError));`,
    );
    const program = consumer.start(process.execPath, ['both.mjs']);
    assert.equal(await program.ended, 0, program.lines.join('\n'));
    assert.deepEqual(program.lines, ['true', 'true', 'true', 'true', 'true']);
  });

  describe("runs the README's example on a cluster", () => {
    const suite = useLibraryCluster();

    before(async () => {
      await consumer.write('one.mjs', example);
      await consumer.write('two.cjs', commonJsExample);
    });

    it('as an ES module with a kubeconfig, by require in a pod: when one is stopped, the other leads at once', async () => {
      const { cluster } = suite;
      const start = (file: string, env: NodeJS.ProcessEnv) => consumer.start(process.execPath, [file], env);
      const one = start('one.mjs', await cluster.kubeconfigEnvironment());
      const nameOfOne = await leaderIn(one);
      const two = start('two.cjs', await cluster.podEnvironment());
      await two.line(/^new leader elected /);
      assert.deepEqual(cluster.holders, [nameOfOne]);

      one.signal('SIGTERM');
      assert.equal(await one.ended, 0, one.lines.join('\n'));
      const nameOfTwo = await leaderIn(two);
      // It was handed over: whoever waits until a lease has run out finds the holder's name.
      assert.deepEqual(cluster.holders, [nameOfOne, '', nameOfTwo]);

      two.signal('SIGTERM');
      assert.equal(await two.ended, 0, two.lines.join('\n'));
      assert.deepEqual(cluster.holders, [nameOfOne, '', nameOfTwo, '']);
    });

    it('and says what is missing where there are no credentials', async () => {
      const program = consumer.start(process.execPath, ['one.mjs']);
      assert.equal(await program.ended, 1);
      assert.match(program.lines.join('\n'), /no credentials: set KUBECONFIG, or create ~\/.kube\/config/);
    });
  });
});
