import assert from 'node:assert/strict';
import { changedStack, defaultStack, only } from './stack.ts';
import type { Stack } from './stack.ts';

const deployment = 'kubernetes:apps/v1:Deployment';
const service = 'kubernetes:core/v1:Service';

/** The Deployment without its pod template, which has tests of its own. */
function withoutTemplate(stack: Stack): unknown {
  const { spec, ...object } = only(stack, deployment).inputs;
  const { template, ...rest } = spec as { template: { metadata: unknown } };
  return { ...object, spec: { ...rest, template: { metadata: template.metadata } } };
}

describe('the web app', () => {
  let stack: Stack;
  before(async () => {
    stack = await defaultStack();
  });

  it('is a Deployment of three pods, replaced one by one', () => {
    assert.deepEqual(withoutTemplate(stack), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'leader-elector', namespace: 'default', labels: { app: 'leader-elector' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'leader-elector' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: { metadata: { labels: { app: 'leader-elector' } } },
      },
    });
  });

  it('is a NodePort Service of port 80, whose node port the cluster chooses, and which Pulumi does not wait for', () => {
    assert.deepEqual(only(stack, service).inputs, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'leader-elector-service',
        namespace: 'default',
        labels: { app: 'leader-elector' },
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: {
        type: 'NodePort',
        selector: { app: 'leader-elector' },
        ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      },
    });
  });

  it('loses one pod at a time when nodes are drained, and holds up no drain with pods that are not ready', () => {
    assert.deepEqual(only(stack, 'kubernetes:policy/v1:PodDisruptionBudget').inputs, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'leader-elector', namespace: 'default', labels: { app: 'leader-elector' } },
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: { app: 'leader-elector' } },
      },
    });
  });

  it('lets others in to the page alone, on request', async () => {
    const type = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';
    assert.ok(stack.resources.every((resource) => resource.type !== type));
    assert.deepEqual(only(await changedStack(), type).inputs, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'leader-elector', namespace: 'demo', labels: { app: 'leader-elector' } },
      spec: {
        podSelector: { matchLabels: { app: 'leader-elector' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ protocol: 'TCP', port: 8080 }] }],
      },
    });
  });

  it('is nothing else, and the cluster that the context names gets all of it', () => {
    const objects = stack.resources.filter(({ type, id }) => type.startsWith('kubernetes:') && id === '');
    assert.equal(objects.length, 8);
    for (const { name, provider } of objects)
      assert.match(provider, /pulumi:providers:kubernetes::minikube::/, name);
  });

  it('has as many pods, and the node port and the namespace, that the config says', async () => {
    const changed = await changedStack();
    const { metadata, spec } = only(changed, deployment).inputs;
    assert.equal((spec as { replicas: number }).replicas, 5);
    assert.equal((metadata as { namespace: string }).namespace, 'demo');
    const served = only(changed, service).inputs;
    assert.equal((served['metadata'] as { namespace: string }).namespace, 'demo');
    assert.deepEqual((served['spec'] as { ports: unknown }).ports, [
      { name: 'http', port: 80, targetPort: 8080, nodePort: 30080 },
    ]);
  });
});
