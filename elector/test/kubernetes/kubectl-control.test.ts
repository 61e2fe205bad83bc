import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../../../base/json.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { loadKubeconfigCredentials } from '../../src/kubernetes/kubeconfig-credentials.ts';
import { ConnectProxy } from './connect-proxy.ts';
import { execOf, pluginScript } from './kubeconfigs.ts';

const given = process.env['CONTRACT_KUBECONFIG'];

/** A change to the kubeconfig that works: of its cluster, its user, and the text as a whole. */
interface Row {
  readonly cluster?: JsonObject;
  readonly user?: JsonObject;
  readonly text?: (yaml: string) => string;
  readonly env?: NodeJS.ProcessEnv;
}

(given === undefined ? describe.skip : describe)('Kubeconfigs, with kubectl as the control', () => {
  let folder: string;
  let cluster: { server: string; 'certificate-authority-data': string };
  let admin: { 'client-certificate-data': string; 'client-key-data': string };
  let token: string;
  let proxy: ConnectProxy;

  before(async () => {
    const config = parse(await readFile(given ?? '', 'utf8')) as {
      clusters: [{ cluster: typeof cluster }];
      users: [{ user: typeof admin }];
    };
    cluster = config.clusters[0].cluster;
    admin = config.users[0].user;
    const made = await kubectl(given ?? '', {}, 'create', 'token', 'default', '--namespace', 'default');
    token = made.stdout.trim();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    proxy = await ConnectProxy.start();
    await writeFile(join(folder, 'token'), token);
    await writeFile(join(folder, 'wrong-token'), 'wrong');
    const pem = (data: string) => Buffer.from(data, 'base64');
    await writeFile(join(folder, 'ca.crt'), pem(cluster['certificate-authority-data']));
    await writeFile(join(folder, 'user.crt'), pem(admin['client-certificate-data']));
    await writeFile(join(folder, 'user.key'), pem(admin['client-key-data']));
    const tell = `require('fs').writeFileSync(__dirname + '/info', process.env.KUBERNETES_EXEC_INFO);`;
    await writeFile(join(folder, 'plugin.cjs'), pluginScript(`{ token: ${JSON.stringify(token)} }`, tell));
    await chmod(join(folder, 'plugin.cjs'), 0o755);
  });
  afterEach(async () => {
    await proxy.close();
    await rm(folder, { recursive: true });
  });

  function kubectl(
    kubeconfig: string,
    env: NodeJS.ProcessEnv,
    ...args: string[]
  ): Promise<{ readonly failed: boolean; readonly stdout: string; readonly stderr: string }> {
    const { PATH } = process.env;
    return new Promise((resolve) => {
      const options = { env: { PATH, HOME: tmpdir(), KUBECONFIG: kubeconfig, ...env } };
      const child = execFile('kubectl', args, options, (error, stdout, stderr) =>
        resolve({ failed: error !== null, stdout, stderr }),
      );
      child.stdin?.end();
    });
  }

  /** Whom the server sees when kubectl asks; null where it does not come to that. */
  async function seenOfKubectl(kubeconfig: string, env: NodeJS.ProcessEnv): Promise<string | null> {
    const { failed, stdout } = await kubectl(kubeconfig, env, 'auth', 'whoami', '-o', 'json');
    return failed ? null : userIn(JSON.parse(stdout) as JsonObject);
  }

  /** Whom the server sees when this library asks. */
  async function seenOfUs(kubeconfig: string, env: NodeJS.ProcessEnv): Promise<string | null> {
    let client: KubeClient | null = null;
    try {
      const credentials = loadKubeconfigCredentials(kubeconfig.split(':'), env);
      client = new KubeClient({ credentials, requestTimeoutMs: 15_000 });
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      return userIn(
        await client.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review),
      );
    } catch {
      return null;
    } finally {
      client?.close();
    }
  }

  function userIn(review: JsonObject): string {
    const { userInfo } = review['status'] as { userInfo: { username: string; groups: string[] } };
    return `${userInfo.username} of ${userInfo.groups.join(', ')}`;
  }

  async function write({ cluster: changed = {}, user = {}, text = (yaml) => yaml }: Row): Promise<string> {
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
      clusters: [{ name: 'here', cluster: { ...cluster, ...changed } }],
      users: [{ name: 'me', user }],
    };
    const path = join(folder, 'config');
    await writeFile(path, text(JSON.stringify(config)));
    return path;
  }

  const none = undefined;
  const anotherAuthority = { 'certificate-authority-data': none, 'certificate-authority': 'ca.crt' };
  const insecure = { 'certificate-authority-data': none, 'insecure-skip-tls-verify': true };
  const rows: [string, () => Row, 'works' | 'fails'][] = [
    ['a client certificate', () => ({ user: admin }), 'works'],
    [
      'files beside it',
      () => ({
        cluster: anotherAuthority,
        user: { 'client-certificate': 'user.crt', 'client-key': 'user.key' },
      }),
      'works',
    ],
    ['a certificate without a key', () => ({ user: { 'client-certificate': 'user.crt' } }), 'fails'],
    ['a certificate twice', () => ({ user: { ...admin, 'client-certificate': 'user.crt' } }), 'fails'],
    ['an authority twice', () => ({ cluster: { 'certificate-authority': 'ca.crt' }, user: admin }), 'fails'],
    [
      'a file that is not there',
      () => ({ user: { 'client-certificate': 'none', 'client-key': 'none' } }),
      'fails',
    ],
    ['data that is no base64', () => ({ user: { ...admin, 'client-key-data': '!' } }), 'fails'],
    ['a token', () => ({ user: { token } }), 'works'],
    ['a tokenFile', () => ({ user: { tokenFile: 'token' } }), 'works'],
    ['a tokenFile before a token', () => ({ user: { tokenFile: 'token', token: 'wrong' } }), 'works'],
    ['a wrong tokenFile before a token', () => ({ user: { tokenFile: 'wrong-token', token } }), 'fails'],
    ['a tokenFile that is missing beside a token', () => ({ user: { tokenFile: 'none', token } }), 'works'],
    ['a tokenFile that is missing', () => ({ user: { tokenFile: 'none' } }), 'fails'],
    ['a name and password', () => ({ user: { username: 'a', password: 'b' } }), 'fails'],
    ['a token beside a name', () => ({ user: { token, username: 'a' } }), 'fails'],
    [
      'another user to act as',
      () => ({ user: { ...admin, as: 'jane', 'as-groups': ['dev', 'ops'] } }),
      'works',
    ],
    ['a group to act as, and no user', () => ({ user: { ...admin, 'as-groups': ['dev'] } }), 'fails'],
    ['a plugin by a relative path', () => ({ user: execOf('./plugin.cjs') }), 'works'],
    ['a plugin that is not on the PATH', () => ({ user: execOf('plugin.cjs') }), 'fails'],
    [
      'a plugin without an interactiveMode',
      () => ({ user: execOf('./plugin.cjs', { interactiveMode: none }) }),
      'fails',
    ],
    [
      'a plugin that wants a terminal',
      () => ({ user: execOf('./plugin.cjs', { interactiveMode: 'Always' }) }),
      'fails',
    ],
    [
      'a plugin that answers in another version',
      () => ({ user: execOf('./plugin.cjs', { apiVersion: 'client.authentication.k8s.io/v1beta1' }) }),
      'fails',
    ],
    [
      'a server without a scheme',
      () => ({ cluster: { server: new URL(cluster.server).host }, user: admin }),
      'fails',
    ],
    ['no server', () => ({ cluster: { server: none }, user: admin }), 'fails'],
    [
      'another name to check',
      () => ({ cluster: { 'tls-server-name': 'kubernetes.default.svc' }, user: admin }),
      'works',
    ],
    ['a wrong name to check', () => ({ cluster: { 'tls-server-name': 'a.example' }, user: admin }), 'fails'],
    ['no check of the server', () => ({ cluster: insecure, user: admin }), 'works'],
    [
      'no check, and an authority',
      () => ({ cluster: { 'insecure-skip-tls-verify': true }, user: admin }),
      'fails',
    ],
    [
      "YAML's other words for true",
      () => ({
        cluster: insecure,
        user: admin,
        text: (yaml) => yaml.replace('verify":true', 'verify": yes'),
      }),
      'works',
    ],
    [
      'a key twice',
      () => ({ user: admin, text: (yaml) => yaml.replace('{', '{"current-context": "x", ') }),
      'works',
    ],
    ['a token that is a number', () => ({ user: { token: 123 } }), 'fails'],
    [
      'a context without a user',
      () => ({ user: admin, text: (yaml) => yaml.replace(',"user":"me"}', '}') }),
      'fails',
    ],
    ['a proxy', () => ({ cluster: { 'proxy-url': proxy.url }, user: admin }), 'works'],
    ['a proxy of no kind', () => ({ cluster: { 'proxy-url': 'ftp://p' }, user: admin }), 'fails'],
    [
      "the environment's proxy for this machine",
      () => ({ user: admin, env: { HTTPS_PROXY: 'http://127.0.0.1:9' } }),
      'works',
    ],
  ];
  for (const [what, row, outcome] of rows) {
    it(`${what}: ${outcome} for both`, async () => {
      const changed = row();
      const kubeconfig = await write(changed);
      const { env = {} } = changed;
      const control = await seenOfKubectl(kubeconfig, env);
      assert.equal(control !== null, outcome === 'works', 'kubectl');
      const byKubectl = proxy.requests.splice(0);
      assert.equal(await seenOfUs(kubeconfig, env), control);
      assert.deepEqual(proxy.requests, byKubectl.slice(0, 1));
    });
  }

  for (const [what, more] of [
    ['nothing of the cluster', {}],
    ['of the cluster', { provideClusterInfo: true }],
  ] as const) {
    it(`tells a plugin ${what}, as kubectl does`, async () => {
      const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'here' } }];
      const kubeconfig = await write({ cluster: { extensions }, user: execOf('./plugin.cjs', more) });
      const told = async () => JSON.parse(await readFile(join(folder, 'info'), 'utf8')) as JsonObject;
      await seenOfKubectl(kubeconfig, {});
      const control = await told();
      await rm(join(folder, 'info'));
      await seenOfUs(kubeconfig, {});
      assert.deepEqual(await told(), control);
    });
  }

  it('does not run a plugin where there is a token, as kubectl does not', async () => {
    const kubeconfig = await write({ user: { token, ...execOf('./plugin.cjs') } });
    assert.equal(await seenOfUs(kubeconfig, {}), await seenOfKubectl(kubeconfig, {}));
    await assert.rejects(readFile(join(folder, 'info')), { code: 'ENOENT' });
  });

  it('merges files as kubectl does: what is named first counts', async () => {
    const first = join(folder, 'first');
    await writeFile(first, JSON.stringify({ users: [{ name: 'me', user: { token } }], contexts: [] }));
    await writeFile(join(folder, 'empty'), '');
    const files = [join(folder, 'none'), join(folder, 'empty'), first, await write({ user: admin })].join(
      ':',
    );
    const control = await seenOfKubectl(files, {});
    assert.match(control ?? '', /^system:serviceaccount:default:default /);
    assert.equal(await seenOfUs(files, {}), control);
  });
});
