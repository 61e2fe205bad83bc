import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Child } from '../../base/testing/child.ts';
import type { ClusterWithRights } from './cluster.ts';
import { Consumer } from './consumer.ts';
import { assertLeadsAndStops, leaderIn, useLibraryCluster } from './election-row.ts';

const examples = fileURLToPath(new URL('../../elector/examples/', import.meta.url));

interface Example {
  readonly packages: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What else is to be seen of it while it leads. */
  readonly check?: (program: Child, cluster: ClusterWithRights) => Promise<void>;
}

/** Each example, by its file: what it needs, and does. */
const rows: Readonly<Record<string, Example>> = {
  'croner.ts': { packages: ['croner@11.0.1'] },
  'node-cron.ts': { packages: ['node-cron@4.6.0'] },
  'health-and-metrics.ts': {
    packages: ['express@5.3.0', '@types/express@5.0.6', 'prom-client@15.1.3'],
    env: { PORT: '0' },
    check: checkHealthAndMetrics,
  },
};

/** Those that other tests here run. */
const runElsewhere = ['development.ts', 'nestjs.ts', 'tested-service'];

describe('The examples', () => {
  it('are run here, each of them', () => {
    assert.deepEqual(readdirSync(examples).sort(), [...Object.keys(rows), ...runElsewhere].sort());
  });
});

for (const [file, { packages, env, check }] of Object.entries(rows)) {
  describe(`The example ${file}, with the packed library`, () => {
    const suite = useLibraryCluster();
    let consumer: Consumer;

    before(async () => {
      consumer = await Consumer.install('typescript@5.9.3', '@types/node@20.19.43', ...packages);
      await consumer.write('package.json', { type: 'module' });
      await copyFile(`${examples}${file}`, consumer.path(file));
      const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, types: ['node'] };
      await consumer.write('tsconfig.json', { compilerOptions, files: [file] });
      await consumer.run('tsc', '-p', '.');
    });
    after(() => consumer.remove());

    it('leads, hands over when it is stopped, and is followed by another', async () => {
      const { cluster } = suite;
      const start = async () =>
        consumer.start('node', [file.replace('.ts', '.js')], {
          ...(await cluster.kubeconfigEnvironment()),
          ...env,
        });
      const one = await start();
      const nameOfOne = await leaderIn(one);
      const another = await start();
      await another.line(/new leader elected/);
      await check?.(one, cluster);
      one.signal('SIGTERM');
      assert.equal(await one.ended, 0, one.lines.join('\n'));
      const nameOfAnother = await leaderIn(another);
      // It was handed over: whoever waits until a lease has run out finds the holder's name.
      assert.deepEqual(cluster.holders, [nameOfOne, '', nameOfAnother]);
      await assertLeadsAndStops(another, cluster);
    });
  });
}

async function checkHealthAndMetrics(program: Child, cluster: ClusterWithRights): Promise<void> {
  const [, port = ''] = await program.line(/^port (\d+)$/);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const ready = await ask('/readyz');
  assert.deepEqual([ready.status, await ready.text()], [200, 'ok']);
  const metrics = await (await ask('/metrics')).text();
  assert.match(metrics, /^leader_election_master_status\{name="my-service"\} 1$/m);
  assert.match(metrics, /^leader_election_writes_total\{.*purpose="acquire".*\} 1$/m);
  const { labels, annotations } = cluster.lease.metadata;
  assert.equal(labels?.['app.kubernetes.io/name'], 'my-service');
  assert.equal(annotations?.['example.com/contact'], 'my-team@example.com');
  assert.match(cluster.events.join('\n'), / became leader$/m);
}
