import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from './certificates.ts';
import { noClaims } from '../../src/kubernetes/credentials.ts';
import type { JsonObject } from '../../../base/json.ts';
import type * as KubeconfigCredentials from '../../src/kubernetes/kubeconfig-credentials.ts';
import { loadCredentials } from '../../src/kubernetes/load-credentials.ts';

const server = 'https://a.example';
const bundled = createRequire(import.meta.url)(
  '../../dist/kubeconfig-credentials.cjs',
) as typeof KubeconfigCredentials;

/** A kubeconfig as JSON, which is YAML too. */
function kubeconfig(cluster: JsonObject, user: JsonObject = {}, rest: JsonObject = {}): string {
  return JSON.stringify({
    'current-context': 'minikube',
    contexts: [{ name: 'minikube', context: { cluster: 'here', user: 'me', namespace: 'team-a' } }],
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user }],
    ...rest,
  });
}

describe('credentials', () => {
  let folder: string;
  const file = async (name: string, text: string) => {
    await mkdir(join(folder, '.kube'), { recursive: true });
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const load = async (text: string) =>
    loadCredentials(false, { KUBECONFIG: await file('config', text), HOME: folder });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elector-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('come from the kubeconfig that KUBECONFIG names', async () => {
    const cluster = { server: 'https://one.example:8443/', 'certificate-authority-data': btoa('the CA') };
    const { cert, key } = await issueCertificate('user');
    const user = { 'client-certificate-data': btoa(cert), 'client-key-data': btoa(key) };
    const credentials = await load(kubeconfig(cluster, user));
    assert.equal(credentials.server, 'https://one.example:8443');
    assert.equal(credentials.namespace, 'team-a');
    assert.deepEqual(credentials.claims, noClaims);
    const { headers, tls } = await credentials.authorize();
    assert.deepEqual(headers, {});
    assert.deepEqual({ ca: tls.ca, cert: tls.cert, key: tls.key }, { ca: 'the CA', cert, key });
  });

  it('come from several files as kubectl merges them: the first current-context, missing files left out', async () => {
    const one = await file('one', kubeconfig({ server: 'https://one.example' }));
    const other = {
      contexts: [{ name: 'kind', context: { cluster: 'kind', user: 'me' } }],
      'current-context': 'kind',
    };
    const clusters = [{ name: 'kind', cluster: { server: 'https://two.example' } }];
    const two = await file('two', JSON.stringify({ ...other, clusters }));
    const serverOf = async (...files: string[]) =>
      (await loadCredentials(false, { KUBECONFIG: files.join(':') })).server;
    assert.equal(await serverOf(two, join(folder, 'none'), one), 'https://two.example');
    assert.equal(await serverOf(one, two), 'https://one.example');
  });

  it('come from ~/.kube/config without KUBECONFIG, also in a pod', async () => {
    await file('.kube/config', kubeconfig({ server }));
    const credentials = await loadCredentials(false, { HOME: folder, KUBERNETES_SERVICE_HOST: '10.96.0.1' });
    assert.equal(credentials.server, server);
  });

  it("are the pod's own where there is no kubeconfig, or where they must be", async () => {
    const inPod = { HOME: folder, KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    await assert.rejects(loadCredentials(false, inPod), /KUBERNETES_SERVICE_PORT is not set/);
    await file('.kube/config', kubeconfig({ server }));
    await assert.rejects(loadCredentials(true, { HOME: folder }), /KUBERNETES_SERVICE_HOST is not set/);
  });

  it('name what to do where there are none', async () => {
    await assert.rejects(loadCredentials(false, { HOME: folder }), /no credentials: set KUBECONFIG, or/);
  });

  it('name a kubeconfig that does not exist, or is a folder', async () => {
    await assert.rejects(loadCredentials(false, { KUBECONFIG: '/none' }), /kubeconfig \/none does not exist/);
    await assert.rejects(loadCredentials(false, { KUBECONFIG: folder }), /^Error: kubeconfig .*: EISDIR/);
  });

  const contexts = (context: JsonObject) => ({ contexts: [{ name: 'minikube', context }] });
  const wrong: [string, string, RegExp][] = [
    [
      'a current context that is not there',
      kubeconfig({ server }, {}, { 'current-context': 'x' }),
      /the current context "x" is not in it; choose one/,
    ],
    [
      'no current context',
      kubeconfig({ server }, {}, { 'current-context': '' }),
      /no current context; choose/,
    ],
    [
      'a cluster that is not there',
      kubeconfig({ server }, {}, contexts({ cluster: 'x', user: 'me' })),
      /cluster "x" is not in it/,
    ],
    [
      'a user that is not there',
      kubeconfig({ server }, {}, contexts({ cluster: 'here', user: 'x' })),
      /user "x" is not in it/,
    ],
    ['a cluster without a server', kubeconfig({}), /cluster "here": it has no server/],
    ['text that is no YAML', 'a: [1\nb: secret', /config: .*\d/],
    ['nothing in it', '', /it is empty/],
  ];
  for (const [what, text, problem] of wrong) {
    it(`name the kubeconfig with ${what}`, async () => {
      await assert.rejects(load(text), (error: Error) => {
        assert.match(error.message, problem);
        assert.ok(error.message.startsWith(`kubeconfig ${folder}/config: `), error.message);
        assert.ok(!/\n|secret/.test(error.message), error.message);
        return true;
      });
    });
  }

  const plugin = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    interactiveMode: 'Never',
    args: [
      '-p',
      `'{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"made"}}'`,
    ],
  };
  const users: [string, JsonObject, Record<string, string>][] = [
    ['a token', { token: 'abc' }, { Authorization: 'Bearer abc' }],
    ['a name and password', { username: 'me', password: 'pw' }, { Authorization: `Basic ${btoa('me:pw')}` }],
    ['a plugin', { exec: plugin }, { Authorization: 'Bearer made' }],
  ];
  for (const [what, user, headers] of users) {
    it(`authorize by ${what} of a kubeconfig, but not over plain http`, async () => {
      assert.deepEqual((await (await load(kubeconfig({ server }, user))).authorize()).headers, headers);
      const insecure = await load(kubeconfig({ server: 'http://127.0.0.1:8001' }, user));
      assert.deepEqual((await insecure.authorize()).headers, {});
    });

    it(`authorize by ${what} in the image`, async () => {
      const config = await file('config', kubeconfig({ server }, user));
      const credentials = bundled.loadKubeconfigCredentials([config]);
      assert.deepEqual((await credentials.authorize()).headers, headers);
    });
  }

  it('name the plugin that failed', async () => {
    const exec = { ...plugin, args: ['-e', 'console.error("not logged in"); process.exit(1)'] };
    const credentials = await load(kubeconfig({ server }, { exec }));
    await assert.rejects(credentials.authorize(), /not logged in/);
  });

  it('follow insecure-skip-tls-verify and tls-server-name', async () => {
    const cluster = { server, 'insecure-skip-tls-verify': true, 'tls-server-name': 'kubernetes' };
    const { tls } = await (await load(kubeconfig(cluster))).authorize();
    assert.equal(tls.rejectUnauthorized, false);
    assert.equal(tls.servername, 'kubernetes');
  });
});
