import assert from 'node:assert/strict';
import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, useLibraryCluster } from './election-row.ts';

/** Each logger: its packages, how it is made, and the line in which it tells who leads. */
const loggers: Readonly<Record<string, readonly [string[], string, RegExp]>> = {
  console: [[], 'const log = console;', /^new leader elected \{ leader: '.+' \}$/],
  pino: [
    ['pino@10.4.0'],
    `import pino from 'pino';
    const log = pino();`,
    /"leader":".+","msg":"new leader elected"/,
  ],
  winston: [
    ['winston@3.19.0'],
    `import winston from 'winston';
    const log = winston.createLogger({ transports: [new winston.transports.Console()] });`,
    /"leader":".+","level":"info","message":"new leader elected"|"level":"info","message":"new leader elected"/,
  ],
  "Nest's Logger": [
    ['@nestjs/common@11.2.10', 'reflect-metadata@0.2.2', 'rxjs@7.8.2'],
    `import { Logger } from '@nestjs/common';
    const log = new Logger('Election');`,
    /\[Election\].*new leader elected leader=/,
  ],
};

for (const [name, [packages, logger, line]] of Object.entries(loggers)) {
  describe(`The packed library's log may be ${name}`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      consumer = await Consumer.install('typescript@5.9.3', '@types/node@20.19.43', ...packages);
    });
    after(() => consumer.remove());

    it('as it is: its type fits, and it tells who leads', async () => {
      const program = `import { LeaderElector, LeaseLock } from 'k8s-leader-elector';
        ${logger}
        const stopping = new AbortController();
        process.once('SIGTERM', () => stopping.abort());
        const elector: LeaderElector = new LeaderElector({
          lock: new LeaseLock({ name: 'my-service' }),
          leaseDuration: 15,
          log,
          onNewLeader: (name) => setImmediate(() => console.log(name + ' works')),
        });
        void elector.run(stopping.signal);`;
      await consumer.compile(program);
      const child = consumer.start('node', ['program.js'], await suite.cluster.kubeconfigEnvironment());
      await assertLeadsAndStops(child, suite.cluster);
      assert.match(child.lines.join('\n'), new RegExp(line.source, 'm'));
    });
  });
}
