import assert from 'node:assert/strict';
import { daemonAnswer, withMinikube } from './minikube.ts';
import { runStack } from './stack.ts';

const binding = 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding';
const image = 'docker:index/image:Image';
const deployment = 'kubernetes:apps/v1:Deployment';
const service = 'kubernetes:core/v1:Service';

describe('the order of creation', () => {
  const created: string[] = [];

  // What the Deployment needs takes until the Service is there, which the program declares after the Deployment.
  before(async () => {
    let serviceCreated = (): void => undefined;
    const afterService = new Promise<void>((resolve) => (serviceCreated = resolve));
    const create = async ({ type }: { type: string }) => {
      if (type === binding || type === image) await afterService;
      created.push(type);
      if (type === service) serviceCreated();
    };
    await withMinikube(`echo '${daemonAnswer}'`, () => runStack({ images: 'minikube' }, create));
  });

  it('has the Deployment after the binding, so that no pod is ever refused', () => {
    assert.ok(created.indexOf(service) < created.indexOf(binding), created.join('\n'));
    assert.ok(created.indexOf(binding) < created.indexOf(deployment), created.join('\n'));
  });

  it('has the Deployment after both images, so that no pod misses one', () => {
    assert.equal(created.filter((type) => type === image).length, 2);
    assert.ok(created.lastIndexOf(image) < created.indexOf(deployment), created.join('\n'));
  });
});
