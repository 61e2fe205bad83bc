import assert from 'node:assert/strict';
import { runtime } from '@pulumi/pulumi';
import { minikubeDaemon } from '../../infra/minikube.ts';
import { daemonAnswer, withMinikube } from './minikube.ts';
import { defaultStack, digest, only, runStack } from './stack.ts';
import type { Stack } from './stack.ts';

function imagesOfPod(stack: Stack): Record<string, string> {
  const { spec } = only(stack, 'kubernetes:apps/v1:Deployment').inputs as {
    spec: { template: { spec: Record<'initContainers' | 'containers', { name: string; image: string }[]> } };
  };
  const { initContainers, containers } = spec.template.spec;
  return Object.fromEntries([...initContainers, ...containers].map(({ name, image }) => [name, image]));
}

const imagesIn = ({ resources }: Stack) =>
  resources.filter(({ type }) => type === 'docker:index/image:Image').map(({ inputs }) => inputs);

describe('the images', () => {
  it('none are only names: no daemon is asked', async () => {
    const stack = await withMinikube(null, () => defaultStack());
    assert.deepEqual(
      stack.resources.filter(({ type }) => type.includes('docker')),
      [],
    );
  });

  it('minikube are built in its own daemon, pushed nowhere, and named as without', async () => {
    const expected = imagesOfPod(await defaultStack());
    const stack = await withMinikube(`echo '${daemonAnswer}'`, () => runStack({ images: 'minikube' }));

    const provider = only(stack, 'pulumi:providers:docker');
    assert.equal(provider.inputs['host'], 'tcp://192.168.49.2:2376');
    assert.equal(provider.inputs['certPath'], '/certs');

    const built = stack.resources.filter(({ type }) => type === 'docker:index/image:Image');
    assert.deepEqual(
      built.map(({ inputs }) => inputs),
      [
        { folder: 'elector', imageName: expected['leader-elector'] },
        { folder: 'app', imageName: expected['nodejs-le'] },
      ].map(({ folder, imageName }) => ({
        imageName,
        build: {
          context: folder,
          dockerfile: `${folder}/Dockerfile`,
          platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
        },
        buildOnPreview: false,
        skipPush: true,
      })),
    );
    for (const { provider: used } of built) assert.match(used, /pulumi:providers:docker::minikube::/);
    assert.deepEqual(imagesOfPod(stack), expected);
  });

  it('docker are built in the daemon of this machine, for the platform of the config', async () => {
    const stack = await withMinikube(null, () => runStack({ images: 'docker', platform: 'linux/arm64' }));
    const { name, inputs } = only(stack, 'pulumi:providers:docker');
    assert.deepEqual([name, inputs['host']], ['docker', undefined]);
    for (const image of imagesIn(stack)) {
      assert.equal((image['build'] as { platform: string }).platform, 'linux/arm64');
      assert.equal(image['skipPush'], true);
    }
    assert.deepEqual(imagesOfPod(stack), imagesOfPod(await defaultStack()));
    assert.ok(
      JSON.stringify(only(stack, 'kubernetes:apps/v1:Deployment')).includes('"imagePullPolicy":"Never"'),
    );
  });

  it('registry are pushed by whom the config says, and pods name them by their digests', async () => {
    const set = {
      images: 'registry',
      registry: 'ghcr.io/me',
      registryUsername: 'me',
      registryPassword: 'hush',
    };
    const stack = await runStack(set);
    const names = imagesOfPod(await defaultStack());
    assert.deepEqual(
      imagesIn(stack).map(({ imageName, registry, skipPush }) => ({ imageName, registry, skipPush })),
      Object.values(names).map((name) => ({
        imageName: `ghcr.io/me/${name}`,
        registry: {
          [runtime.specialSigKey]: runtime.specialSecretSig,
          value: { server: 'ghcr.io', username: 'me', password: 'hush' },
        },
        skipPush: false,
      })),
    );
    assert.deepEqual(imagesOfPod(stack), {
      'leader-elector': `ghcr.io/me/leader-elector@${digest}`,
      'nodejs-le': `ghcr.io/me/nodejs-le@${digest}`,
    });
    const deployment = JSON.stringify(only(stack, 'kubernetes:apps/v1:Deployment'));
    assert.ok(deployment.includes('"imagePullPolicy":"IfNotPresent"') && !deployment.includes('hush'));
  });

  it('registry are pushed with the login of docker where the config names nobody', async () => {
    const stack = await runStack({ images: 'registry', registry: 'ghcr.io/me' });
    for (const image of imagesIn(stack)) assert.deepEqual(image['registry'], { server: 'ghcr.io' });
  });

  it('minikube without minikube are an error that says how to get it, before any resource', async () => {
    const created: string[] = [];
    const run = withMinikube(null, () =>
      runStack({ images: 'minikube' }, ({ name }) => void created.push(name)),
    );
    await assert.rejects(
      run,
      /minikube is not installed.*minikube\.sigs\.k8s\.io.*pulumi config set images none/,
    );
    assert.deepEqual(created, []);
  });
});

describe("minikube's daemon", () => {
  it('is asked for by the name of the context', async () => {
    const script = `test "$*" = "docker-env --output json --profile mine" && echo '${daemonAnswer}'`;
    assert.deepEqual(await withMinikube(script, () => minikubeDaemon('mine')), {
      host: 'tcp://192.168.49.2:2376',
      certPath: '/certs',
    });
  });

  it('that minikube cannot tell is an error with what minikube said', async () => {
    const script = 'echo "Profile mine not found" >&2; exit 85';
    const failure = /"minikube docker-env .* mine" failed: Profile mine not found\nNext: .*minikube start/;
    await assert.rejects(
      withMinikube(script, () => minikubeDaemon('mine')),
      failure,
    );
  });

  for (const [what, said] of [
    ['no JSON', 'export DOCKER_HOST=tcp://1.2.3.4:2376'],
    ['JSON of another kind', '[1]'],
    ['no address', '{"DOCKER_CERT_PATH":"/certs"}'],
    ['nothing', ''],
  ] as const) {
    it(`of which minikube says ${what} is an error that quotes it`, async () => {
      await assert.rejects(
        withMinikube(`echo '${said}'`, () => minikubeDaemon('mine')),
        (error: Error) => {
          assert.ok(error.message.includes(`named no Docker daemon, but answered: ${said || '(nothing)'}`));
          return true;
        },
      );
    });
  }
});
