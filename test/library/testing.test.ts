import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Consumer } from './consumer.ts';
import { leaderIn, useLibraryCluster } from './election-row.ts';

const example = (file: string) => fileURLToPath(new URL(`../../elector/examples/${file}`, import.meta.url));
const files = ['counter.ts', 'counter.test.ts'];

/** Each test runner: its packages, what the tests are compiled to, and the command. */
const runners = {
  mocha: { packages: ['mocha@12.0.3'], type: 'module', command: ['mocha', 'out/counter.test.js'] },
  Vitest: {
    packages: ['vitest@4.1.12'],
    type: 'module',
    command: ['vitest', 'run', '--globals', 'out/counter.test.js'],
  },
  Jest: { packages: ['jest@30.5.2'], type: 'commonjs', command: ['jest', '--ci', 'out/counter.test.js'] },
} as const;

for (const [name, { packages, type, command }] of Object.entries(runners)) {
  describe(`The packed test kit under ${name}`, () => {
    let consumer: Consumer;

    before(async () => {
      const types = ['typescript@5.9.3', '@types/node@20.19.43', '@types/mocha@10.0.10'];
      consumer = await Consumer.install(...types, ...packages);
      await consumer.write('package.json', { type });
      for (const file of files) await copyFile(example(`tested-service/${file}`), consumer.path(file));
      const compilerOptions = {
        module: 'nodenext',
        target: 'es2022',
        strict: true,
        types: ['node', 'mocha'],
        outDir: 'out',
      };
      await consumer.write('tsconfig.json', { compilerOptions, files });
      await consumer.run('tsc', '-p', '.');
    });
    after(() => consumer.remove());

    it("passes a service's tests", async () => {
      const [bin, ...args] = command;
      const lines = await consumer.run(bin, ...args);
      assert.match(lines.join('\n'), /\D5 (passing|passed)/);
    });

    it('fails them where the service does not ask who leads', async () => {
      const wrong = 'const hasCounted = await Promise.resolve((this.count += 1) > 0);';
      await consumer.replace('out/counter.js', /const hasCounted = .*/, wrong);
      const [bin, ...args] = command;
      await assert.rejects(consumer.run(bin, ...args), /503/);
    });
  });
}

describe("The packed test kit's clock", () => {
  it("goes on under a test runner's fake timers", async () => {
    const consumer = await Consumer.install('jest@30.5.2');
    await consumer.write(
      'clock.test.js',
      `const { LeaderElector } = require('k8s-leader-elector');
      const { FakeClock, MemoryLock } = require('k8s-leader-elector/testing');
      for (const when of ['from the start', 'later'])
        test(when, async () => {
          if (when === 'later') jest.useRealTimers();
          jest.useFakeTimers();
          const clock = new FakeClock();
          const elector = new LeaderElector({ lock: new MemoryLock(), clock, leaseDuration: 15 });
          elector.run(new AbortController().signal);
          await clock.advance(10);
          expect(elector.isLeader()).toBe(true);
        });`,
    );
    await consumer.write('package.json', { jest: { fakeTimers: { enableGlobally: true } } });
    await consumer.run('jest', '--ci');
    await consumer.remove();
  });
});

describe('The example development.ts, with the packed library', () => {
  const suite = useLibraryCluster();
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('typescript@5.9.3', '@types/node@20.19.43');
    await consumer.write('package.json', { type: 'module' });
    await copyFile(example('development.ts'), consumer.path('development.ts'));
    const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, types: ['node'] };
    await consumer.write('tsconfig.json', { compilerOptions, files: ['development.ts'] });
    await consumer.run('tsc', '-p', '.');
  });
  after(() => consumer.remove());

  const start = (env: NodeJS.ProcessEnv) => consumer.start('node', ['development.js'], env);

  it('leads without a cluster, and says in the log that this is no election', async () => {
    const program = start({ DEVELOPMENT: '1' });
    await leaderIn(program);
    assert.match(program.lines[0] ?? '', /^no election is held: /);
    program.signal('SIGTERM');
    assert.equal(await program.ended, 0, program.lines.join('\n'));
  });

  it('ends with an error in a pod', async () => {
    const program = start({ DEVELOPMENT: '1', ...(await suite.cluster.podEnvironment()) });
    assert.equal(await program.ended, 1);
    assert.match(program.lines.join('\n'), /this is a pod \(KUBERNETES_SERVICE_HOST is set\)/);
    assert.deepEqual(suite.cluster.holders, []);
  });

  it('holds an election without the variable', async () => {
    const program = start(await suite.cluster.kubeconfigEnvironment());
    const name = await leaderIn(program);
    assert.deepEqual(suite.cluster.holders, [name]);
    program.signal('SIGTERM');
    assert.equal(await program.ended, 0, program.lines.join('\n'));
  });
});
