import assert from 'node:assert/strict';
import type { NodeSpec } from 'kubernetes-types/core/v1.js';
import { until, untilAmong } from '../until.ts';
import { TestControlPlane, namespace, template } from './test-control-plane.ts';

describe('The scheduler', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
  });
  afterEach(() => plane.stop());

  const change = (spec: NodeSpec, allocatable = '20') => {
    const node = plane.kube.nodes.find(null, 'minikube');
    assert.ok(node);
    const updated = plane.kube.nodes.update({ ...node, spec });
    plane.kube.nodes.updateStatus({
      ...updated,
      status: { ...updated.status, allocatable: { pods: allocatable } },
    });
  };
  const run = (name: string) =>
    plane.kube.pods.create({ ...template('web:1'), metadata: { name, namespace } });
  const refused = () =>
    untilAmong(plane.kube.events, namespace, (events) =>
      events.find(({ reason }) => reason === 'FailedScheduling'),
    );

  it('says that nodes are cordoned, and takes one that is not any more', async () => {
    change({ unschedulable: true });
    run('web');
    assert.equal((await refused()).message, '0/1 nodes are available: 1 node(s) were unschedulable.');
    const { status } = await until(
      plane.kube.pods,
      namespace,
      'web',
      (pod) => pod.status?.conditions !== undefined,
    );
    assert.equal(status?.conditions?.[0]?.reason, 'Unschedulable');
    change({});
    await plane.clock.advance(10_000);
    await until(plane.kube.pods, namespace, 'web', ({ spec }) => spec?.nodeName === 'minikube');
  });

  it('says that they are full', async () => {
    change({}, '0');
    run('web');
    assert.equal((await refused()).message, '0/1 nodes are available: 1 Too many pods.');
  });
});
