import assert from 'node:assert/strict';
import { runtime } from '@pulumi/pulumi';
import { readConfig } from '../../infra/config.ts';
import type { StackConfig } from '../../infra/config.ts';
import { projectConfig, projectName } from '../../local/engine/project-config.ts';
import { runStack } from './stack.ts';
import { withEnv, withFolder, writeKubeconfig } from './surroundings.ts';

type Keys = Readonly<Record<string, string>>;

/** The config that the program reads when these keys are set; those of `others` have their namespace before them. */
function read(set: Keys, others: Keys = {}): Promise<StackConfig> {
  return withFolder((folder) =>
    withEnv({ KUBECONFIG: writeKubeconfig(folder, ['minikube', 'other']) }, async () => {
      await runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, projectName());
      runtime.setAllConfig({ ...projectConfig(set), ...others });
      return readConfig();
    }),
  );
}

const wholeNumber = 'it must be a whole number from';
const dnsLabel = 'it must be a name of lower case letters, digits and "-" (RFC 1123), at most 63 characters';
const dnsName =
  'it must be a name of lower case letters, digits, "-" and "." (RFC 1123), at most 253 characters';
const wrong: Readonly<Record<string, readonly [readonly string[], string]>> = {
  context: [[''], 'it must be a name'],
  namespace: [['', 'Demo', 'a.b', '-a', 'a-', 'a'.repeat(64)], dnsLabel],
  createNamespace: [['', 'yes'], 'it must be true or false'],
  scope: [['Cluster', 'role'], 'it must be empty or cluster or namespace'],
  replicas: [['', '0', '-1', '1.5', 'three', '1e2', '1001', ' 3'], `${wholeNumber} 1 to 1000`],
  election: [['', 'My_Election', 'a..b', '.a', 'a/b', `${'a.'.repeat(126)}ab`], dnsName],
  lock: [['', 'configmaps', 'Leases'], 'it must be endpoints or leases or endpointsleases'],
  ttlSeconds: [['', '2', '-10', '2.5', '10s', '86401'], `${wholeNumber} 3 to 86400`],
  successor: [['', 'no'], 'it must be true or false'],
  leaderService: [['', 'yes'], 'it must be true or false'],
  images: [['', 'podman'], 'it must be minikube or docker or registry or none'],
  registry: [
    ['me', 'me/images', 'https://ghcr.io/me', 'ghcr.io/', 'ghcr.io/Me', 'ghcr.io:/me'],
    'it must be empty or a registry with its host, and perhaps a path',
  ],
  imagePullSecret: [['My Secret'], `it must be empty or ${dnsName.slice('it must be '.length)}`],
  platform: [['amd64', 'linux/386'], 'it must be empty or linux/amd64 or linux/arm64'],
  nodePort: [['', '80', '29999', '32768', '-1', '00'], 'it must be 0 or a whole number from 30000 to 32767'],
  node: [['', 'Mini Kube'], dnsName],
  nodeAddress: [
    ['http://1.2.3.4', 'a b', '1.2.3.4:80', '[::1]'],
    'it must be empty, a host name or an IP address',
  ],
  nativeSidecar: [['', 'yes', '1', 'True'], 'it must be true or false'],
  networkPolicy: [['', 'on'], 'it must be true or false'],
};

describe('the configuration', () => {
  it('has the defaults of Pulumi.yaml', async () => {
    assert.deepEqual(await read({}), {
      context: 'minikube',
      namespace: 'default',
      createNamespace: false,
      scope: 'cluster',
      replicas: 3,
      election: 'example',
      lock: 'endpoints',
      ttlSeconds: 10,
      successor: true,
      leaderService: false,
      images: 'minikube',
      registry: '',
      registryUsername: '',
      registryPassword: '',
      imagePullSecret: '',
      platform: '',
      nodePort: 0,
      node: 'minikube',
      nodeAddress: '',
      nativeSidecar: true,
      networkPolicy: false,
    });
  });

  it('has what was set', async () => {
    const config = {
      context: 'other',
      namespace: 'demo',
      createNamespace: true,
      scope: 'cluster',
      replicas: 1000,
      election: 'my.election-1',
      lock: 'leases',
      ttlSeconds: 3,
      successor: false,
      leaderService: true,
      images: 'registry',
      registry: 'localhost:5000/me/images',
      registryUsername: 'me',
      registryPassword: 'a secret',
      imagePullSecret: 'pull',
      platform: 'linux/arm64',
      nodePort: 32767,
      node: 'node-1.example',
      nodeAddress: 'fd00::2',
      nativeSidecar: false,
      networkPolicy: true,
    };
    const texts = Object.entries(config).map(([key, value]) => [key, String(value)] as const);
    assert.deepEqual(await read(Object.fromEntries(texts)), config);
  });

  for (const [key, [values, allowed]] of Object.entries(wrong)) {
    for (const value of values) {
      it(`refuses ${key} "${value.length < 64 ? value : 'a name that is too long'}"`, async () => {
        await assert.rejects(read({ [key]: value }), (error: Error) => {
          assert.ok(error.message.includes(`${key} is "${value}"; ${allowed}`), error.message);
          assert.ok(error.message.includes(`pulumi config set ${key} `), error.message);
          return true;
        });
      });
    }
  }

  it('refuses an election whose Endpoints object belongs to a Service', async () => {
    await assert.rejects(
      read({ election: 'leader-elector-service' }),
      /election is "leader-elector-service"/,
    );
    await assert.rejects(read({ election: 'kubernetes' }), /belongs to a Service/);
    const leaders = { election: 'leader-elector-leader' };
    await assert.rejects(read({ ...leaders, leaderService: 'true' }), /belongs to a Service/);
    assert.equal((await read(leaders)).election, leaders.election);
    assert.equal((await read({ election: 'kubernetes', namespace: 'demo' })).election, 'kubernetes');
  });

  it('has the rights reach no further than the namespace, but in default', async () => {
    assert.equal((await read({ namespace: 'demo' })).scope, 'namespace');
    assert.equal((await read({ scope: 'namespace' })).scope, 'namespace');
  });

  it('refuses to make a namespace that every cluster has', async () => {
    for (const namespace of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
      await assert.rejects(
        read({ namespace, createNamespace: 'true' }),
        new RegExp(`createNamespace is true, but every cluster has the namespace "${namespace}"`),
      );
  });

  it('takes a registry with a host, as Docker tells it from a user', async () => {
    for (const registry of ['ghcr.io', 'ghcr.io/me', 'localhost/a', 'box:5000', '1.2.3.4:5000/a/b-c.d'])
      assert.equal((await read({ images: 'registry', registry })).registry, registry);
  });

  it('refuses a registry that is missing, or not used, or with half a login', async () => {
    await assert.rejects(read({ images: 'registry' }), /registry is missing; images are pushed there/);
    await assert.rejects(
      read({ registry: 'ghcr.io/me' }),
      /registry is set, but images is "minikube"\. Next: pulumi config set images registry/,
    );
    for (const half of [{ registryUsername: 'me' }, { registryPassword: 'x' }])
      await assert.rejects(
        read({ images: 'registry', registry: 'ghcr.io/me', ...half }),
        /only one is set\. Next: set both.*--secret registryPassword/,
      );
  });

  it('names a key that is not set', async () => {
    await read({});
    runtime.setAllConfig({});
    assert.throws(readConfig, /replicas is missing; it must be a whole number/);
  });

  for (const key of ['replica', 'Replicas', 'ttl', 'constructor']) {
    it(`refuses the key "${key}", which there is not, and names those that there are`, async () => {
      await assert.rejects(read({}, { [`${projectName()}:${key}`]: '3' }), (error: Error) => {
        assert.ok(error.message.includes(`${key} is not a key; the keys are context, `), error.message);
        assert.ok(error.message.endsWith(`pulumi config rm ${key}`), error.message);
        return true;
      });
    });
  }

  it('leaves the keys of others to them', async () => {
    assert.equal((await read({}, { 'kubernetes:replica': '5' })).replicas, 3);
  });

  it('tells everything that is wrong at once, before any resource', async () => {
    const created: string[] = [];
    const set = { replicas: '0', lock: 'both', context: 'gone' };
    const run = runStack(set, ({ name }) => void created.push(name));
    await assert.rejects(run, (error: Error) => {
      for (const key of Object.keys(set)) assert.match(error.message, new RegExp(`^- ${key} is `, 'm'));
      return true;
    });
    assert.deepEqual(created, []);
  });
});
