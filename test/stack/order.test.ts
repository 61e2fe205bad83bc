import assert from 'node:assert/strict';
import { dependenciesOf } from './dependencies.ts';
import { daemonAnswer, withMinikube } from './minikube.ts';
import { runStack } from './stack.ts';

describe('the order of creation', () => {
  let dependencies: readonly string[];
  before(async () => {
    dependencies = await dependenciesOf('kubernetes:apps/v1:Deployment', () =>
      withMinikube(`echo '${daemonAnswer}'`, () => runStack({ images: 'minikube' })),
    );
  });

  it('has the Deployment after the binding, so that no pod is ever refused', () => {
    assert.ok(
      dependencies.some((urn) => urn.endsWith('v1:ClusterRoleBinding::leader-elector')),
      dependencies.join('\n'),
    );
  });

  it('has the Deployment after both images, so that no pod misses one', () => {
    const images = dependencies.filter((urn) => urn.includes('docker:index/image:Image::'));
    assert.deepEqual(images.map((urn) => urn.split('::').at(-1)).sort(), ['leader-elector', 'nodejs-le']);
  });
});
