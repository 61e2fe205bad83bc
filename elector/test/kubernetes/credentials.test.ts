import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { AuthorizationCache, noClaims } from '../../src/kubernetes/credentials.ts';
import { loadInClusterCredentials } from '../../src/kubernetes/in-cluster-credentials.ts';
import { readTokenClaims } from '../../src/kubernetes/token-claims.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';

function tokenWith(payload: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(payload)}.c2lnbmF0dXJl`;
}

const claims = {
  namespace: 'default',
  pod: { name: 'leader-elector-1', uid: 'pod-uid' },
  serviceAccount: { name: 'leader-elector', uid: 'sa-uid' },
};
const token = tokenWith({
  sub: 'system:serviceaccount:default:leader-elector',
  'kubernetes.io': {
    namespace: 'default',
    node: { name: 'minikube', uid: 'node-uid' },
    pod: claims.pod,
    serviceaccount: claims.serviceAccount,
  },
});

describe('the claims of a token', () => {
  it('name the pod, its service account and its namespace', () => {
    assert.deepEqual(readTokenClaims(token), claims);
  });

  it('have no pod where the token is bound to none', () => {
    const unbound = tokenWith({ 'kubernetes.io': { namespace: 'a', serviceaccount: claims.serviceAccount } });
    assert.deepEqual(readTokenClaims(unbound), { ...claims, namespace: 'a', pod: null });
  });

  const others: [string, string][] = [
    ['is empty', ''],
    ['is opaque', 'sometoken'],
    ['has two dots but is no JWT', 'a.b.c'],
    ['has an array for its payload', tokenWith([])],
    ['has null for its payload', tokenWith(null)],
    ['is a legacy one', tokenWith({ 'kubernetes.io/serviceaccount/namespace': 'default' })],
    ['has a claim of another form', tokenWith({ 'kubernetes.io': 'yes' })],
  ];
  for (const [what, other] of others) {
    it(`are null where the token ${what}`, () => assert.deepEqual(readTokenClaims(other), noClaims));
  }

  it('are null one by one where they have another form', () => {
    const odd = { namespace: 7, pod: { name: 'a' }, serviceaccount: ['x'] };
    assert.deepEqual(readTokenClaims(tokenWith({ 'kubernetes.io': odd })), noClaims);
  });
});

describe('in-cluster credentials', () => {
  let root: string;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  const mount = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  };
  const load = (clock?: Clock) => loadInClusterCredentials(env, clock);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'elector-'));
    folder = join(root, '/var/run/secrets/kubernetes.io/serviceaccount');
    await mkdir(folder, { recursive: true });
    await mount({ token: `${token}\n`, 'ca.crt': 'the CA\n', namespace: 'default\n' });
    env = {
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      CONTAINER_SANDBOX_MOUNT_POINT: root,
    };
  });
  afterEach(() => rm(root, { recursive: true }));

  it('are what Kubernetes mounts into a pod', async () => {
    const credentials = await load();
    assert.equal(credentials.server, 'https://10.96.0.1:443');
    assert.equal(credentials.namespace, 'default');
    assert.deepEqual(credentials.claims, claims);
    assert.deepEqual(await credentials.authorize(), {
      headers: { Authorization: `Bearer ${token}` },
      tls: { ca: 'the CA' },
    });
  });

  it('put an IPv6 address into brackets', async () => {
    env['KUBERNETES_SERVICE_HOST'] = 'fd00:10:96::1';
    assert.equal((await load()).server, 'https://[fd00:10:96::1]:443');
  });

  it('read a rotated token within a minute', async () => {
    const clock = new FakeClock();
    const credentials = await load(clock);
    await mount({ token: 'rotated' });
    clock.jump(59_999);
    assert.equal((await credentials.authorize()).headers['Authorization'], `Bearer ${token}`);
    clock.jump(1);
    assert.equal((await credentials.authorize()).headers['Authorization'], 'Bearer rotated');
  });

  it('read the token anew at once when the server did not accept it', async () => {
    const credentials = await load(new FakeClock());
    const rejected = await credentials.authorize();
    await mount({ token: 'rotated' });
    credentials.rejected(rejected);
    assert.equal((await credentials.authorize()).headers['Authorization'], 'Bearer rotated');
  });

  for (const name of ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) {
    it(`name ${name} where it is missing`, async () => {
      env = { ...env, [name]: '' };
      await assert.rejects(load(), new RegExp(`${name} is not set`));
    });
  }

  it('name variables that make no URL', async () => {
    env['KUBERNETES_SERVICE_PORT'] = 'tcp://10.96.0.1:443';
    await assert.rejects(load(), /KUBERNETES_SERVICE_PORT "tcp:\/\/10\.96\.0\.1:443" make no URL/);
  });

  for (const file of ['token', 'ca.crt', 'namespace']) {
    it(`name the file ${file} where it is missing or empty`, async () => {
      await mount({ [file]: '\n' });
      await assert.rejects(load(), (error: Error) => error.message.startsWith(`${folder}/${file} is empty`));
      await rm(join(folder, file));
      await assert.rejects(load(), (error: Error) =>
        error.message.startsWith(`cannot read ${folder}/${file}`),
      );
    });
  }
});

describe('kept authorizations', () => {
  const authorization = { headers: {}, tls: {} };

  it('are made once for all that ask meanwhile', async () => {
    let made = 0;
    const cache = new AuthorizationCache(() => {
      made += 1;
      return Promise.resolve(authorization);
    }, new FakeClock());
    await Promise.all([cache.get(), cache.get()]);
    await cache.get();
    assert.equal(made, 1);
  });

  it('are tried again after a failure', async () => {
    const attempts = [() => Promise.reject(new Error('plugin failed')), () => Promise.resolve(authorization)];
    const cache = new AuthorizationCache(
      () => attempts.shift()?.() ?? assert.fail('asked too often'),
      new FakeClock(),
    );
    await assert.rejects(cache.get(), /plugin failed/);
    assert.equal(await cache.get(), authorization);
  });

  it('are given up after a minute, and tried again', async () => {
    const clock = new FakeClock();
    const attempts = [() => new Promise<never>(() => undefined), () => Promise.resolve(authorization)];
    const cache = new AuthorizationCache(() => attempts.shift()?.() ?? assert.fail('asked too often'), clock);
    const failed = assert.rejects(cache.get(), /^Error: no credentials within 60 s$/);
    await clock.advance(60_000);
    await failed;
    assert.equal(await cache.get(), authorization);
    assert.equal(clock.timers, 0);
  });
});
