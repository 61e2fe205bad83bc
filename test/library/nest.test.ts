import assert from 'node:assert/strict';
import { copyFile, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, leaderIn, useLibraryCluster } from './election-row.ts';

const example = fileURLToPath(new URL('../../elector/examples/nestjs.ts', import.meta.url));
/** The module with another elector, as a service's tests have it. */
const spec = (extension: string) => `
import { Test } from '@nestjs/testing';
import { LeaderElector } from 'k8s-leader-elector';
import { FakeClock, MemoryLock } from 'k8s-leader-elector/testing';
import { ElectionModule, ReportService } from './election.module${extension}';

it('reports on the leader alone', async () => {
  const lock = new MemoryLock();
  const clock = new FakeClock();
  const module = await Test.createTestingModule({ imports: [ElectionModule] })
    .overrideProvider(LeaderElector)
    .useValue(new LeaderElector({ lock, clock, random: () => 0, leaseDuration: 15 }))
    .compile();
  await module.init();
  await clock.advance(0);
  expect(await module.get(ReportService).report()).toBe(true);
  lock.giveTo('another-pod');
  await clock.advance(0);
  expect(await module.get(ReportService).report()).toBe(false);
  await module.close();
});
`;

/** Each version of the generator: what it needs besides, how modules name each other in what it makes, and how that is tested. */
const generators = {
  '11.0.24': {
    packages: ['@nestjs/schedule@6.1.3', '@nestjs/terminus@11.1.1'],
    extension: '',
    test: ['jest', ['--ci']],
  },
  '12.0.8': {
    packages: ['node@24.21.0', '@nestjs/schedule@12.0.2', '@nestjs/terminus@12.1.0'],
    extension: '.js',
    test: ['vitest', ['run', '--globals']],
  },
} as const;

for (const [
  version,
  {
    packages,
    extension,
    test: [runner, args],
  },
] of Object.entries(generators)) {
  describe(`The packed library in a NestJS ${version} application as generated`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      const node = packages.filter((name) => name.startsWith('node@'));
      const generator = await Consumer.install(`@nestjs/cli@${version}`, ...node);
      const nest = ['new', 'service', '--skip-git', '--skip-install', '--package-manager', 'npm'];
      await generator.run('nest', ...nest);
      consumer = generator.inside('service');
      await consumer.add(...packages);
      const main = await readFile(consumer.path('src/main.ts'), 'utf8');
      await consumer.write(
        'src/main.ts',
        main.replace(
          /await app\.listen.*/,
          'app.enableShutdownHooks();\n  $&\n  console.log(await app.getUrl());',
        ),
      );
      const module = await readFile(consumer.path('src/app.module.ts'), 'utf8');
      await consumer.write(
        'src/app.module.ts',
        `import { ElectionModule } from './election.module${extension}';\n${module.replace('imports: []', 'imports: [ElectionModule]')}`,
      );
      await copyFile(example, consumer.path('src/election.module.ts'));
      await consumer.write('src/election.module.spec.ts', spec(extension));
    });
    after(() => consumer.remove());

    it('builds, leads, is ready, and hands over by its shutdown hook', async () => {
      await consumer.run('nest', 'build');
      const env = { ...(await suite.cluster.kubeconfigEnvironment()), PORT: '0' };
      const service = consumer.start('node', ['dist/main.js'], env);
      const [, port] = await service.line(/^http:\/\/.*:(\d+)$/);
      await leaderIn(service);
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      assert.deepEqual(
        [ready.status, await ready.json()],
        [
          200,
          {
            status: 'ok',
            info: { election: { status: 'up' } },
            error: {},
            details: { election: { status: 'up' } },
          },
        ],
      );
      await assertLeadsAndStops(service, suite.cluster, 'SIGTERM');
    });

    it('says why where no election can be held, and closes', async () => {
      const service = consumer.start('node', ['dist/main.js'], { PORT: '0' });
      await service.line(
        /ERROR.*\[ElectionModule\].*the election has ended: Error: no credentials: set KUBECONFIG/,
      );
      assert.equal(await service.ended, 'SIGTERM', service.lines.join('\n'));
    });

    it('passes its tests', async () => {
      await consumer.run(runner, ...args);
    });
  });
}
