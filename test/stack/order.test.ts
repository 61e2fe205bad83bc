import assert from 'node:assert/strict';
import { daemonAnswer, withMinikube } from './minikube.ts';
import { runStack } from './stack.ts';

const binding = 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding';
const image = 'docker:index/image:Image';
const deployment = 'kubernetes:apps/v1:Deployment';
const service = 'kubernetes:core/v1:Service';

/**
 * The types of the resources in the order in which they come to be, when those of one type take until the Service is
 * there. The program declares that after the Deployment: a Deployment that does not wait for them overtakes them.
 */
async function orderWithSlow(
  slow: string,
  set: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const created: string[] = [];
  let serviceCreated = (): void => undefined;
  const afterService = new Promise<void>((resolve) => (serviceCreated = resolve));
  await runStack(set, async ({ type }) => {
    if (type === slow) await afterService;
    created.push(type);
    if (type === service) serviceCreated();
  });
  return created;
}

describe('the order of creation', () => {
  it('has the Deployment after the binding, so that no pod is ever refused', async () => {
    const created = await orderWithSlow(binding, {});
    assert.ok(created.indexOf(service) < created.indexOf(binding), created.join('\n'));
    assert.ok(created.indexOf(binding) < created.indexOf(deployment), created.join('\n'));
  });

  it('has the Deployment after both images, so that no pod misses one', async () => {
    const created = await withMinikube(`echo '${daemonAnswer}'`, () =>
      orderWithSlow(image, { images: 'minikube' }),
    );
    assert.equal(created.filter((type) => type === image).length, 2);
    assert.ok(created.lastIndexOf(image) < created.indexOf(deployment), created.join('\n'));
  });
});
