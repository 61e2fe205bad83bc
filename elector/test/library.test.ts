import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EndpointsLock, LeaderElector, LeaseLock, type LeaderElectionConfig } from '../src/index.ts';
import type { LeaseSpec } from '../src/election/leader-election-record.ts';
import { FakeApiServer, hang, isWatch, method, refuse } from './kubernetes/api-server.ts';
import { deferred } from '../../base/testing/deferred.ts';
import { eventually } from '../../base/testing/eventually.ts';

/** The options in the table under this heading of the README. */
async function documented(heading: string): Promise<string[]> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const section = readme.split(`\n### ${heading}\n`)[1]?.split('\n##')[0] ?? '';
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => cell.split(', ')).map((option) => option.replaceAll('`', ''));
}

/** The options that an interface of the source has. */
async function optionsOf(file: string, name: string): Promise<string[]> {
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), 'utf8');
  const body =
    source.split(new RegExp(`export interface ${name}(?: extends \\w+)? {\n`))[1]?.split('\n}')[0] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option = '']) => option);
}

describe('The library', () => {
  let server: FakeApiServer;
  let folder: string;
  let kubeconfig: string;
  let stopping: AbortController;
  let runs: Promise<void>[];

  beforeEach(async () => {
    stopping = new AbortController();
    runs = [];
    server = await FakeApiServer.start();
    folder = await mkdtemp(join(tmpdir(), 'library-'));
    kubeconfig = join(folder, 'kubeconfig');
    await use('team-a');
  });
  afterEach(async () => {
    stopping.abort();
    await Promise.all(runs);
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Lets the kubeconfig lead to the server, and into this namespace. */
  async function use(namespace?: string): Promise<void> {
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me', namespace } }],
      clusters: [{ name: 'here', cluster: { server: server.url } }],
      users: [{ name: 'me', user: { token: 'abc' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(config));
  }

  /** Resolves when a candidate with this config leads; `stop` resolves when its `run()` has ended. */
  async function lead(config: Omit<LeaderElectionConfig, 'leaseDuration'>) {
    const started = deferred();
    const elector = new LeaderElector({
      leaseDuration: 3600,
      onStartedLeading: async (signal) => {
        started.resolve();
        await once(signal, 'abort');
      },
      ...config,
    });
    const ended = elector.run(stopping.signal);
    runs.push(ended);
    await Promise.race([started.promise, ended]);
    const stop = async () => {
      stopping.abort();
      await ended;
    };
    return { elector, stop };
  }

  it("leads by a lock of no more than a name: in the credentials' namespace, by a name of its own", async () => {
    const lock = new LeaseLock({ name: 'my-service', kubeconfig });
    const { elector, stop } = await lead({ lock });
    assert.equal(elector.isLeader(), true);
    assert.equal(lock.describe(), 'leases team-a/my-service');
    const path = '/apis/coordination.k8s.io/v1/namespaces/team-a/leases/my-service';
    const holder = () => (server.objects.get(path).body['spec'] as LeaseSpec).holderIdentity;
    assert.equal(holder(), elector.identity);
    assert.ok(elector.identity.startsWith(hostname()));
    await stop();
    assert.equal(holder(), '');
  });

  it('leads in the namespace "default" where the credentials name none', async () => {
    await use();
    const lock = new EndpointsLock({ name: 'my-service', kubeconfig });
    await lead({ lock });
    assert.equal(lock.describe(), 'endpoints default/my-service');
  });

  it('leads in the namespace that it is told', async () => {
    const lock = new EndpointsLock({ name: 'my-service', namespace: 'team-b', kubeconfig });
    await lead({ lock });
    assert.equal(server.objects.get('/api/v1/namespaces/team-b/endpoints/my-service').code, 200);
  });

  it('has no connection left when run() has ended, though no watch that ended took the others along', async () => {
    server.fault(isWatch, refuse(403, 'Forbidden'), Infinity);
    const { stop } = await lead({ lock: new LeaseLock({ name: 'my-service', kubeconfig }) });
    await stop();
    await eventually('a server without connections', async () => (await server.openConnections()) === 0);
    assert.ok(server.connections > 0);
  }).timeout(20_000); // after 30 s without use they would be closed anyway

  it('gives a request up after renewDeadline', async () => {
    server.fault(method('GET'), hang, Infinity);
    const failures: unknown[] = [];
    const failed = deferred();
    const warn = (_: string, fields: unknown) => {
      failures.push(fields);
      failed.resolve();
    };
    const elector = new LeaderElector({
      lock: new LeaseLock({ name: 'my-service', kubeconfig }),
      leaseDuration: 3600,
      renewDeadline: 0.1,
      retryPeriod: 0.05,
      log: { info: () => undefined, warn, error: () => undefined },
    });
    runs.push(elector.run(stopping.signal));
    await failed.promise;
    assert.match(JSON.stringify(failures), /no answer within 100 ms/);
  });

  it('rejects run() at once where the credentials cannot be found, and has ended then', async () => {
    const lock = new LeaseLock({ name: 'my-service', kubeconfig: join(folder, 'none') });
    const elector = new LeaderElector({ lock, leaseDuration: 15 });
    await assert.rejects(elector.run(new AbortController().signal), /kubeconfig .*none does not exist/);
    assert.equal(elector.hasStopped, true);
    assert.equal(elector.isLeader(), false);
  });

  it('refuses names that Kubernetes would refuse', () => {
    const nameless = {} as { name: string };
    const wrong: [{ name: string; namespace?: string }, RegExp][] = [
      [nameless, /^the lock's name is missing; it must be a name of lower case/],
      [{ name: '' }, /^the lock's name is ""; it must be/],
      [{ name: 'My_Service' }, /^the lock's name is "My_Service"; it must be/],
      [{ name: 'a'.repeat(254) }, /at most 253 characters$/],
      [{ name: 'a', namespace: 'team.a' }, /^the lock's namespace is "team.a"; it must be .* at most 63/],
    ];
    for (const [options, message] of wrong) {
      for (const Lock of [LeaseLock, EndpointsLock]) {
        assert.throws(() => new Lock(options), { name: 'RangeError', message });
      }
    }
  });

  it('does nothing with a lock that run() has not connected', async () => {
    const lock = new LeaseLock({ name: 'my-service', kubeconfig });
    await assert.rejects(lock.get(), /^Error: leases my-service: not connected/);
  });

  it('has all its options in the tables of its README', async () => {
    const options = await optionsOf('election/leader-election-config.ts', 'LeaderElectionConfig');
    assert.ok(options.includes('leaseDuration'));
    assert.deepEqual((await documented('Configuration')).sort(), options.sort());
    const lockOptions = [
      ...(await optionsOf('kubernetes/object-lock.ts', 'LockOptions')),
      ...(await optionsOf('kubernetes/lock-metadata.ts', 'LockMetadata')),
    ];
    assert.ok(lockOptions.includes('name') && lockOptions.includes('labels'));
    assert.deepEqual((await documented('The lock')).sort(), lockOptions.sort());
  });
});
