import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { eventually } from '../../../base/testing/eventually.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import type { JsonObject } from '../../../base/json.ts';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import type { Credentials } from '../../src/kubernetes/credentials.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import {
  loadKubeConfigCredentials,
  loadKubeconfigCredentials,
} from '../../src/kubernetes/kubeconfig-credentials.ts';
import { LeaseLock } from '../../src/kubernetes/lease-lock.ts';
import { connectLock } from '../../src/kubernetes/lock-connection.ts';
import { FakeApiServer, method, refuse } from './api-server.ts';
import { issueCertificate, type Certificate } from './certificates.ts';
import { execOf, kubeconfigOf, pluginScript } from './kubeconfigs.ts';

const path = '/api/v1/namespaces/default/endpoints/example';

describe('A kubeconfig against a server that knows its callers', () => {
  let authority: Certificate;
  let server: FakeApiServer;
  let folder: string;
  /** The tokens that the server takes; null: it asks for none. */
  let accepted: string[] | null;
  let client: KubeClient | null;

  before(async () => {
    authority = await issueCertificate('authority');
  });
  beforeEach(async () => {
    const { cert, key } = await issueCertificate('server', authority, [{ type: 'ip', value: '127.0.0.1' }]);
    const tls = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
    server = await FakeApiServer.start({ tls });
    server.objects.post('/api/v1/namespaces/default/endpoints', {
      kind: 'Endpoints',
      metadata: { name: 'example' },
    });
    const isUnknown = (authorization = '') =>
      accepted !== null && !accepted.some((token) => authorization === `Bearer ${token}`);
    server.fault(({ headers }) => isUnknown(headers.authorization), refuse(401, 'Unauthorized'), Infinity);
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    await write('ca.crt', authority.cert);
    accepted = [];
    client = null;
  });
  afterEach(async () => {
    client?.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function write(file: string, text: string): Promise<void> {
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(join(folder, file), text);
  }

  /** The credentials of a user of the server; paths are relative to the kubeconfig. */
  async function load(user: JsonObject, clock?: FakeClock, more: JsonObject = {}): Promise<Credentials> {
    const cluster = { server: server.url, 'certificate-authority': 'ca.crt', ...more };
    await write('config', kubeconfigOf({ cluster, user }));
    return loadKubeconfigCredentials([join(folder, 'config')], {}, clock);
  }

  function get(credentials: Credentials): Promise<JsonObject> {
    client ??= new KubeClient({ credentials, requestTimeoutMs: 30_000 });
    return client.request('GET', path);
  }

  /** A plugin beside the kubeconfig, which counts its runs in the file `runs`. */
  async function plugin(expression: string, before = ''): Promise<JsonObject> {
    const count = `const fs = require('fs'); const folder = ${JSON.stringify(`${folder}/`)};
      fs.appendFileSync(folder + 'runs', 'x');
      const runs = fs.readFileSync(folder + 'runs', 'utf8').length;`;
    await write('bin/plugin.cjs', pluginScript(expression, `${count}${before}`));
    await chmod(join(folder, 'bin/plugin.cjs'), 0o755);
    return execOf('./bin/plugin.cjs');
  }

  it('reads tokenFile anew within a minute, and at once where the server does not know the token', async () => {
    const clock = new FakeClock();
    accepted = ['one', 'two'];
    await write('token', 'one\n');
    const credentials = await load({ tokenFile: 'token', token: 'ignored' }, clock);
    const used = async () => {
      await get(credentials);
      return server.requests.at(-1)?.headers.authorization;
    };
    assert.equal(await used(), 'Bearer one');
    await write('token', 'two\n');
    assert.equal(await used(), 'Bearer one');
    clock.jump(60_000);
    assert.equal(await used(), 'Bearer two');
    await write('token', 'three');
    accepted = ['three'];
    assert.equal(await used(), 'Bearer three');
    assert.equal(server.requests.filter(({ headers }) => headers.authorization === 'Bearer two').length, 2);
  });

  it('goes on with the former token where the file is empty or gone, as it is while it is replaced', async () => {
    const clock = new FakeClock();
    accepted = ['one'];
    await write('token', 'one');
    const credentials = await load({ tokenFile: 'token' }, clock);
    await get(credentials);
    await write('token', '');
    clock.jump(60_000);
    await get(credentials);
    await rm(join(folder, 'token'));
    clock.jump(60_000);
    await get(credentials);
  });

  it('names a tokenFile that cannot be read', async () => {
    const credentials = await load({ tokenFile: 'none' });
    await assert.rejects(get(credentials), /cannot read the tokenFile: ENOENT.*none/);
  });

  it('asks once where nothing else is to be had: a 401 counts then', async () => {
    const credentials = await load({ token: 'wrong' });
    await assert.rejects(get(credentials), { name: 'UnauthorizedError' });
    assert.equal(server.requests.length, 1);
  });

  it('runs a plugin whose path is relative to the file, once for all requests', async () => {
    accepted = ['made'];
    const credentials = await load(await plugin(`{ token: 'made' }`));
    await Promise.all([get(credentials), get(credentials)]);
    await get(credentials);
    assert.equal(await readFile(join(folder, 'runs'), 'utf8'), 'x');
  });

  it("renews once when a plugin's token is not known any more, before that counts", async () => {
    accepted = ['token-1'];
    const credentials = await load(await plugin('{ token: `token-${runs}` }'));
    await get(credentials);
    accepted = ['token-2'];
    await get(credentials);
    accepted = [];
    await assert.rejects(get(credentials), { name: 'UnauthorizedError' });
    assert.equal(await readFile(join(folder, 'runs'), 'utf8'), 'xxx');
  });

  it('tells a plugin of the cluster, if it is to know, with the extension that is for plugins', async () => {
    accepted = ['made'];
    const tell = `fs.writeFileSync(folder + 'info', process.env.KUBERNETES_EXEC_INFO);`;
    const { exec } = await plugin(`{ token: 'made' }`, tell);
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'here' } }];
    const user = { exec: { ...(exec as JsonObject), provideClusterInfo: true } };
    await get(await load(user, undefined, { extensions }));
    assert.deepEqual(JSON.parse(await readFile(join(folder, 'info'), 'utf8')), {
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: {
        cluster: {
          server: server.url,
          'certificate-authority-data': btoa(authority.cert.trim()),
          config: { audience: 'here' },
        },
        interactive: false,
      },
    });
  });

  it('leads on while a plugin takes its time: requests go out with the former credential until there is another', async () => {
    accepted = ['token-1', 'token-2'];
    const clock = new FakeClock();
    // The second run lasts until the test lets it go.
    const wait = `if (runs > 1) while (!fs.existsSync(folder + 'go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`;
    const expirationTimestamp = new Date(clock.wall() + 120_000).toISOString();
    const status = `{ token: \`token-\${runs}\`, expirationTimestamp: runs === 1 ? '${expirationTimestamp}' : undefined }`;
    const credentials = await load(await plugin(status, wait), clock);
    const lock = new LeaseLock({ ...connectLock(credentials, 30_000, 'default'), name: 'example' });
    const elector = new LeaderElector({ lock, leaseDuration: 9 });
    const stopping = new AbortController();
    const run = elector.run(stopping.signal);
    await eventually('a leader', () => elector.isLeader());
    await clock.advance(60_000);
    await eventually('the second run', async () => (await readFile(join(folder, 'runs'), 'utf8')) === 'xx');
    const renewedBy = async (token: string) => {
      const { headers } = await server.nextRequest(method('PUT'));
      assert.equal(headers.authorization, `Bearer ${token}`);
    };
    const { fencingToken } = elector.status();
    for (let renewals = 0; renewals < 2; renewals += 1) await renewedBy('token-1');
    await write('go', '');
    await eventually('the new token', () =>
      server.requests.some(({ headers }) => headers.authorization === 'Bearer token-2'),
    );
    assert.equal(elector.status().fencingToken, fencingToken, 'it is the same term');
    stopping.abort();
    await run;
    credentials.close?.();
  });

  it('shows a client certificate that rotates, from its next connection on, and no half of a pair', async () => {
    const clock = new FakeClock();
    accepted = null;
    const seen: (string | null)[] = [];
    const rotate = async (name: string, only?: 'cert') => {
      const { cert, key } = await issueCertificate(name, authority);
      await write('user.crt', cert);
      if (only === undefined) await write('user.key', key);
      clock.jump(60_000);
    };
    await rotate('one');
    const credentials = await load({ 'client-certificate': 'user.crt', 'client-key': 'user.key' }, clock);
    const look = async () => {
      await get(credentials);
      seen.push(server.requests.at(-1)?.peer ?? null);
    };
    await look();
    await rotate('two');
    await look();
    await rotate('three', 'cert');
    await look();
    await rotate('four');
    await look();
    assert.deepEqual(seen, ['one', 'two', 'two', 'four']);
  });

  it('acts as another user where it says so', async () => {
    accepted = ['abc'];
    const other = { as: 'jane', 'as-groups': ['dev', 'ops'], 'as-user-extra': { 'a/b': ['c'] } };
    await get(await load({ token: 'abc', ...other }));
    const { headers } = server.requests.at(-1) ?? assert.fail();
    assert.equal(headers['impersonate-user'], 'jane');
    assert.equal(headers['impersonate-group'], 'dev, ops');
    assert.equal(headers['impersonate-extra-a%2fb'], 'c');
  });

  describe('as a KubeConfig of client-node', () => {
    it('authorizes as the same kubeconfig does in a file', async () => {
      accepted = ['abc'];
      const kubeConfig = new KubeConfig();
      const cluster = { server: server.url, 'certificate-authority-data': btoa(authority.cert) };
      kubeConfig.loadFromString(kubeconfigOf({ cluster, user: { token: 'abc' }, namespace: 'team-a' }));
      const credentials = loadKubeConfigCredentials(kubeConfig, {});
      assert.equal(credentials.namespace, 'team-a');
      assert.equal((await get(credentials))['kind'], 'Endpoints');
    });

    it("authorizes by what an auth-provider gives, which client-node knows; a pod's own is a tokenFile", async () => {
      accepted = ['abc'];
      await write('token', 'abc');
      const kubeConfig = new KubeConfig();
      const authProvider = { name: 'tokenFile', config: { tokenFile: join(folder, 'token') } };
      kubeConfig.loadFromClusterAndUser(
        { name: 'here', server: server.url, caFile: join(folder, 'ca.crt'), skipTLSVerify: false },
        { name: 'me', authProvider },
      );
      assert.equal((await get(loadKubeConfigCredentials(kubeConfig, {})))['kind'], 'Endpoints');
      client?.close();
      client = null;
      const own = Object.assign(kubeConfig, {
        exportConfig: () =>
          JSON.stringify({
            'current-context': 'c',
            contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
            clusters: [
              { name: 'c', cluster: { server: server.url, 'certificate-authority': join(folder, 'ca.crt') } },
            ],
            users: [{ name: 'u', user: { 'auth-provider': { name: 'ours' } } }],
          }),
        applyToHTTPSOptions: (options: { headers?: object }) => {
          options.headers = { Authorization: 'Bearer abc' };
          return Promise.resolve();
        },
      });
      assert.equal((await get(loadKubeConfigCredentials(own, {})))['kind'], 'Endpoints');
    });

    it('says what is wrong with it', () => {
      assert.throws(() => loadKubeConfigCredentials(new KubeConfig()), /^Error: kubeConfig: /);
    });

    it('is refused by a lock where it is none, or beside a path', () => {
      const wrong: [object, RegExp][] = [
        [{ kubeConfig: '/a/path' }, /kubeConfig is no KubeConfig of @kubernetes\/client-node \(the path/],
        [{ kubeConfig: { clusters: [] } }, /kubeConfig is no KubeConfig/],
        [{ kubeconfig: new KubeConfig() }, /kubeconfig is no text; it must be the path/],
        [{ kubeconfig: '' }, /kubeconfig is ""/],
        [{ kubeconfig: '/a', kubeConfig: new KubeConfig() }, /are both given/],
      ];
      for (const [options, message] of wrong)
        assert.throws(() => new LeaseLock({ name: 'a', ...options }), { name: 'RangeError', message });
    });
  });
});
