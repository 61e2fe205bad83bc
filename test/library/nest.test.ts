import { readFile } from 'node:fs/promises';
import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, useCluster } from './election-row.ts';

const service = `
import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LeaderElector, LeaseLock } from 'k8s-leader-elector';

@Injectable()
export class ElectionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private run: Promise<void> = Promise.resolve();
  private readonly elector: LeaderElector = new LeaderElector({
    lock: new LeaseLock({ name: 'my-service' }),
    leaseDuration: 15,
    log: new Logger('Election'),
    onStartedLeading: () => console.log(\`\${this.elector.identity} works\`),
  });

  onApplicationBootstrap() {
    this.run = this.elector.run(this.stopping.signal);
  }

  async onApplicationShutdown() {
    this.stopping.abort();
    await this.run;
  }
}
`;
const spec = (extension: string) => `
import { Test } from '@nestjs/testing';
import { ElectionService } from './election.service${extension}';

it('is provided', async () => {
  const module = await Test.createTestingModule({ providers: [ElectionService] }).compile();
  expect(module.get(ElectionService)).toBeInstanceOf(ElectionService);
});
`;

/** Each version of the generator: what it needs besides, how modules name each other in what it makes, and how that is tested. */
const generators = {
  '11.0.24': { packages: [], extension: '', test: ['jest', ['--ci']] },
  '12.0.8': { packages: ['node@24.21.0'], extension: '.js', test: ['vitest', ['run', '--globals']] },
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
    const suite = useCluster();
    let consumer: Consumer;

    before(async () => {
      const generator = await Consumer.install(`@nestjs/cli@${version}`, ...packages);
      const nest = ['new', 'service', '--skip-git', '--skip-install', '--package-manager', 'npm'];
      await generator.run('nest', ...nest);
      consumer = generator.inside('service');
      await consumer.add(...packages);
      const main = await readFile(consumer.path('src/main.ts'), 'utf8');
      await consumer.write(
        'src/main.ts',
        main.replace('await app.listen', 'app.enableShutdownHooks();\n  await app.listen'),
      );
      const module = await readFile(consumer.path('src/app.module.ts'), 'utf8');
      await consumer.write(
        'src/app.module.ts',
        `import { ElectionService } from './election.service${extension}';\n${module.replace('[AppService]', '[AppService, ElectionService]')}`,
      );
      await consumer.write('src/election.service.ts', service);
      await consumer.write('src/election.service.spec.ts', spec(extension));
    });
    after(() => consumer.remove());

    it('builds, and leads', async () => {
      await consumer.run('nest', 'build');
      const env = { ...(await suite.cluster.kubeconfigEnvironment()), PORT: '0' };
      await assertLeadsAndStops(consumer.start('node', ['dist/main.js'], env), suite.cluster, 'SIGTERM');
    });

    it('passes its tests', async () => {
      await consumer.run(runner, ...args);
    });
  });
}
