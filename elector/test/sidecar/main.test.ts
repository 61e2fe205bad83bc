import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ElectionStatus } from '../../src/election/election-status.ts';
import { flagNames } from '../../src/sidecar/flags.ts';
import { metadataOf } from '../../src/kubernetes/kube-object.ts';
import { answer, FakeApiServer, isWatch, method, refuse } from '../kubernetes/api-server.ts';
import { endChildren, type Child } from '../../../base/testing/child.ts';
import { deferred } from '../../../base/testing/deferred.ts';
import { startElector, statusOf, urlOf } from './elector-process.ts';
import { eventually } from '../../../base/testing/eventually.ts';
import { holderWritten, recordWrites } from '../kubernetes/lock-writes.ts';
import { leaderKnown, leadership, TestCluster } from './test-cluster.ts';

describe('The elector as a process', function () {
  this.timeout(60_000);
  let cluster: TestCluster;
  const apps: Server[] = [];

  beforeEach(async () => {
    cluster = await TestCluster.start();
  });

  afterEach(async () => {
    await cluster.end();
    for (const app of apps.splice(0)) await close(app);
  });

  const startApp = async () => {
    const app = createServer((_request, response) => response.end('ok\n'));
    apps.push(app);
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    return { app, url: `http://127.0.0.1:${(app.address() as AddressInfo).port}/healthz` };
  };

  /** As the app of that elector follows its events; returns what ends that. */
  const followEvents = async (elector: Child, pod: string) => {
    const url = await urlOf(elector);
    const request = get(`${url}/events`, { agent: false, headers: await cluster.proofOf(pod) });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    response.on('error', () => undefined).resume();
    return () => request.destroy();
  };

  const close = async (app: Server) => {
    if (!app.listening) return;
    app.close();
    app.closeAllConnections();
    await once(app, 'close');
  };

  it('leads, and answers', async () => {
    const elector = await cluster.elect('a', '1h');
    const status = await leadership(elector);
    assert.equal(status.name, 'a');
    assert.match(status.fencingToken ?? '', /^\d+$/);
    assert.ok(status.validForMs > 0 && status.validForMs <= 2_400_000);
    const url = await urlOf(elector);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.match(
      await (await fetch(`${url}/metrics`)).text(),
      /^leader_election_master_status\{name="example"\} 1$/m,
    );
    assert.equal(cluster.holder, 'a');
  });

  it('leads by a lease where it is told so', async () => {
    await leadership(await cluster.elect('a', '1h', '--lock=leases', '--election-namespace=apps'));
    const { spec } = cluster.api.objects.get(
      '/apis/coordination.k8s.io/v1/namespaces/apps/leases/example',
    ).body;
    assert.equal((spec as Record<string, unknown>)['holderIdentity'], 'a');
  });

  it('is told by /events that it leads, without a question', async () => {
    cluster.api.fault(method('POST'), refuse(500, 'InternalError'));
    const response = await fetch(`${await urlOf(await cluster.elect('a', '10s'))}/events`);
    const events: ElectionStatus[] = [];
    assert.ok(response.body);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      const text = new TextDecoder().decode(chunk);
      for (const [, json = ''] of text.matchAll(/^data: (.*)$/gm))
        events.push(JSON.parse(json) as ElectionStatus);
      if (events.at(-1)?.isLeader) break;
    }
    assert.equal(events[0]?.isLeader, false);
  });

  it('finds the API server by a kubeconfig', async () => {
    const api = await FakeApiServer.start();
    try {
      const kubeconfig = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'apps' } }],
        clusters: [{ name: 'test', cluster: { server: api.url } }],
        users: [{ name: 'test', user: {} }],
      };
      const KUBECONFIG = join(cluster.folder, 'kubeconfig');
      await writeFile(KUBECONFIG, JSON.stringify(kubeconfig));
      startElector(['--election=example', '--id=a'], { KUBECONFIG });
      const path = '/api/v1/namespaces/apps/endpoints/example';
      await eventually('a lock', () => holderWritten(api.objects.get(path).body) === 'a');
    } finally {
      await endChildren();
      await api.close();
    }
  });

  it("makes its service account the lock's owner, so that it is removed with it", async () => {
    await cluster.elect('a', '1h');
    await cluster.heldBy('a');
    const owner = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      name: 'leader-elector',
      uid: 'service-account-uid',
    };
    assert.deepEqual(metadataOf(cluster.lock)['ownerReferences'], [owner]);
  });

  it('makes nobody the owner of a lock in another namespace than its own: the lock would be deleted', async () => {
    await cluster.elect('a', '1h', '--election-namespace=apps');
    const lock = () => cluster.api.objects.get('/api/v1/namespaces/apps/endpoints/example').body;
    await eventually('a lock', () => holderWritten(lock()) === 'a');
    assert.equal(metadataOf(lock())['ownerReferences'], undefined);
  });

  describe('at SIGTERM', () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      it(`(here ${signal}) releases the lock at once where nobody has been told that it leads`, async () => {
        const elector = await cluster.elect('a', '1h');
        await cluster.heldBy('a');
        elector.signal(signal);
        assert.equal(await elector.ended, 0);
        assert.equal(cluster.holder, '');
      });
    }

    it('releases the lock once the last promise has run out', async () => {
      const writes = recordWrites(cluster.api);
      const elector = await cluster.elect('a', '3s');
      await elector.line(/successfully acquired lease/);
      const askedAt = performance.now();
      const { isLeader, validForMs } = await statusOf(elector);
      elector.signal('SIGTERM');
      assert.equal(await elector.ended, 0);
      assert.equal(cluster.holder, '');
      const release = writes.at(-1);
      assert.ok(isLeader && release?.holder === '');
      assert.ok(
        release.at >= askedAt + validForMs,
        `${release.at - askedAt} ms after ${validForMs} ms were promised`,
      );
    });

    it('answers no at once, and holds the lock until its app has ended', async () => {
      const { app, url } = await startApp();
      const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
      await leadership(elector);
      const endEvents = await followEvents(elector, 'a');
      elector.signal('SIGTERM');
      await elector.line(/received a signal/);
      assert.deepEqual(
        { ...(await statusOf(elector)), leaderTransitions: 0 },
        { name: '', isLeader: false, leaderTransitions: 0, fencingToken: null, validForMs: 0 },
      );
      await close(app);
      await elector.line(/stands aside because="the app('s port refuses| is unhealthy)"/);
      assert.equal(cluster.holder, 'a');
      endEvents();
      assert.equal(await elector.ended, 0);
      assert.equal(cluster.holder, '');
    });

    it('holds the lock although its app, which never followed its events, closes its port first', async () => {
      const { app, url } = await startApp();
      const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
      await leadership(elector);
      await close(app);
      await elector.line(/stands aside because="the app('s port refuses| is unhealthy)"/);
      elector.signal('SIGTERM');
      await elector.line(/received a signal/);
      for (let checks = 0; checks < 5; checks += 1) await statusOf(elector);
      assert.equal(cluster.holder, 'a');
      elector.signal('SIGTERM');
      await elector.ended;
      assert.equal(cluster.holder, 'a');
    });

    it('ends at once, without a release, at the second signal', async () => {
      const elector = await cluster.elect('a', '1h');
      await leadership(elector);
      elector.signal('SIGTERM');
      await elector.line(/received a signal/);
      elector.signal('SIGTERM');
      assert.equal(await elector.ended, 1);
      assert.equal(cluster.holder, 'a');
    });

    it('answers who asked it to resign before that, and ends', async () => {
      const elector = await cluster.elect('a', '1h');
      await leadership(elector);
      const url = await urlOf(elector);
      const release = deferred();
      cluster.api.fault(method('PUT'), (exchange) => {
        void release.promise.then(() => {
          const { code, body } = exchange.perform();
          answer(code, body)(exchange);
        });
      });
      const headers = await cluster.proofOf('a');
      const resigned = fetch(`${url}/resign`, { method: 'POST', headers });
      await elector.line(/stands aside/);
      elector.signal('SIGTERM');
      await elector.line(/received a signal/);
      release.resolve();
      assert.equal((await resigned).status, 200);
      assert.equal(await elector.ended, 0);
      assert.equal(cluster.holder, '');
    });

    it('ends at once where another leads', async () => {
      await leadership(await cluster.elect('a', '1h'));
      const standby = await cluster.elect('b', '1h');
      await leaderKnown(standby, 'a');
      standby.signal('SIGTERM');
      assert.equal(await standby.ended, 0);
      assert.equal(cluster.holder, 'a');
    });
  });

  describe('beside an app', () => {
    it('does not stand before the app is well', async () => {
      const { app, url } = await startApp();
      await close(app);
      const elector = await cluster.elect('a', '1h', `--app-health-url=${url}`);
      await eventually('the lock', async () => (await fetch(`${await urlOf(elector)}/readyz`)).ok);
      await elector.line(/stands aside because="the app has not answered yet"/);
      app.listen(Number(new URL(url).port), '127.0.0.1');
      await leadership(elector);
      const [aside, stands] = ['stands aside', 'stands for election'].map((what) =>
        elector.lines.findIndex((line) => line.includes(what)),
      );
      assert.ok(aside !== undefined && stands !== undefined && aside < stands);
    });

    it('hands over at once when the app has ended, although it had been told that it leads', async () => {
      const { app, url } = await startApp();
      const first = await cluster.elect('a', '1h', `--app-health-url=${url}`);
      await leadership(first);
      const endEvents = await followEvents(first, 'a');
      const second = await cluster.elect('b', '1h');
      await leaderKnown(second, 'a');
      await close(app);
      endEvents();
      const status = await leadership(second);
      assert.equal(status.leaderTransitions, 1);
      assert.equal((await statusOf(first)).name, 'b');
    });
  });

  describe('refuses with code 2 and one line', () => {
    const wrong: [string, string[], RegExp][] = [
      [
        'an unknown flag',
        ['--election=example', '--colour=red'],
        /^--colour is not known; known are --election/,
      ],
      ['a bad value', ['--election=example', '--ttl=1s'], /^--ttl \(or ELECTOR_TTL\) is "1s"; it must be/],
      ['a missing election', [], /^--election \(or ELECTOR_ELECTION\) is missing/],
    ];
    for (const [what, args, message] of wrong) {
      it(what, async () => {
        const elector = startElector(args, await cluster.podEnvironment('a'));
        assert.equal(await elector.ended, 2);
        assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
        assert.match(elector.lines[0] ?? '', message);
        assert.equal(cluster.api.requests.length, 0);
      });
    }
  });

  it('prints its flags for --help, and ends with code 0', async () => {
    const elector = startElector(['--help'], {});
    assert.equal(await elector.ended, 0);
    for (const name of flagNames) assert.match(elector.lines.join('\n'), new RegExp(`--${name}=`));
  });

  it('takes its flags from the environment', async () => {
    const variables = { ELECTOR_ELECTION: 'example', ELECTOR_ID: 'from-env', ELECTOR_TTL: '1h' };
    startElector([], { ...(await cluster.podEnvironment('a')), ...variables });
    await cluster.heldBy('from-env');
  });

  describe('gives up with code 1 and one line', () => {
    const cases: [string, string[], () => NodeJS.ProcessEnv, RegExp][] = [
      [
        'where it finds no credentials',
        [],
        () => ({ HOME: cluster.folder }),
        /no credentials: set KUBECONFIG, /,
      ],
      [
        'where the kubeconfig does not exist',
        [],
        () => ({ KUBECONFIG: join(cluster.folder, 'none') }),
        /kubeconfig .*none does not exist/,
      ],
      [
        'where it is in no pod and is to use its credentials',
        ['--use-cluster-credentials'],
        () => ({ KUBECONFIG: join(cluster.folder, 'none') }),
        /KUBERNETES_SERVICE_HOST is not set/,
      ],
    ];
    for (const [what, args, environment, message] of cases) {
      it(what, async () => {
        const elector = startElector(['--election=example', ...args], environment());
        assert.equal(await elector.ended, 1);
        assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
        assert.match(elector.lines[0] ?? '', / ERROR cannot go on error=/);
        assert.match(elector.lines[0] ?? '', message);
      });
    }

    it('where it cannot write its token, before it serves', async () => {
      const env = await cluster.podEnvironment('a');
      const flags = ['--election=example', '--http=127.0.0.1:0', '--token-file=/none/token'];
      const elector = startElector(flags, env);
      assert.equal(await elector.ended, 1);
      assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
      assert.match(elector.lines[0] ?? '', /cannot write the token to --token-file=\/none\/token: ENOENT/);
      assert.equal(cluster.api.requests.length, 0);
    });

    it('where its port is in use', async () => {
      const { app } = await startApp();
      const { port } = app.address() as AddressInfo;
      const env = await cluster.podEnvironment('a');
      const elector = startElector(['--election=example', `--http=127.0.0.1:${port}`], env);
      assert.equal(await elector.ended, 1);
      assert.equal(elector.lines.length, 1, elector.lines.join('\n'));
      assert.match(
        elector.lines[0] ?? '',
        new RegExp(`cannot serve on --http=127.0.0.1:${port}: .*EADDRINUSE`),
      );
      assert.equal(cluster.api.requests.length, 0);
    });
  });

  it('reads every retryPeriod where watching is forbidden, and says so once', async () => {
    cluster.api.fault(isWatch, refuse(403, 'Forbidden', 'no watch for you'), Infinity);
    const elector = await cluster.elect('a', '6s');
    await elector.line(/watching is forbidden/);
    for (let read = 1; read <= 3; read += 1) await cluster.api.nextRequest(method('GET'));
    await cluster.heldBy('a');
    const said = elector.lines.filter((line) => line.includes('watching is forbidden'));
    assert.equal(said.length, 1, elector.lines.join('\n'));
    assert.match(said[0] ?? '', /no watch for you/);
  });

  it('logs one JSON object a line where it is told so', async () => {
    const elector = await cluster.elect('a', '1h', '--log-format=json');
    await elector.line(/successfully acquired lease/);
    elector.signal('SIGTERM');
    assert.equal(await elector.ended, 0);
    const messages = elector.lines.map((line) => (JSON.parse(line) as { message: string }).message);
    for (const message of ['successfully acquired lease', 'stopped leading', 'released the lock']) {
      assert.ok(messages.includes(message), elector.lines.join('\n'));
    }
  });
});
