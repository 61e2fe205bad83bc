import assert from 'node:assert/strict';
import { until, untilAmong, untilGone } from '../until.ts';
import { TestControlPlane, namespace, template } from './test-control-plane.ts';

describe('The ReplicaSet controller', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
  });
  afterEach(() => plane.stop());

  const create = (replicas: number, minReadySeconds = 0) =>
    plane.kube.replicaSets.create({
      metadata: { name: 'web', namespace },
      spec: {
        replicas,
        minReadySeconds,
        selector: { matchLabels: { app: 'web' } },
        template: template('web:1'),
      },
    });
  const resize = (replicas: number) => {
    const replicaSet = plane.kube.replicaSets.find(namespace, 'web');
    if (!replicaSet?.spec) throw new Error('no ReplicaSet web');
    plane.kube.replicaSets.update({ ...replicaSet, spec: { ...replicaSet.spec, replicas } });
  };

  it('owns the pods that it makes', async () => {
    const { metadata } = create(1);
    const [pod] = await plane.pods(1);
    assert.match(pod?.metadata.name ?? '', /^web-[a-z0-9]{5}$/);
    assert.deepEqual(pod?.metadata.ownerReferences, [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  it('replaces a pod as soon as it is being deleted', async () => {
    create(2);
    const [first] = await plane.pods(2);
    assert.ok(first);
    plane.kube.pods.delete(first);
    const replaced = await untilAmong(plane.kube.pods, namespace, (pods) => {
      const others = pods.filter(({ metadata }) => metadata.uid !== first.metadata.uid);
      return others.length === 2 ? pods.length : undefined;
    });
    assert.ok(replaced >= 2);
  });

  it('removes first the pods that are not ready', async () => {
    let made = 0;
    plane.becomesReady = () => (made += 1) !== 2;
    create(3);
    await until(plane.kube.replicaSets, namespace, 'web', ({ status }) => status?.readyReplicas === 2);
    resize(2);
    const left = await plane.pods(2);
    assert.ok(
      left.every(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
      ),
    );
  });

  it('counts a pod as available after it was ready for minReadySeconds', async () => {
    create(1, 30);
    await until(plane.kube.replicaSets, namespace, 'web', ({ status }) => status?.readyReplicas === 1);
    assert.equal(plane.kube.replicaSets.find(namespace, 'web')?.status?.availableReplicas, 0);
    await plane.clock.advance(30_000);
    await until(plane.kube.replicaSets, namespace, 'web', ({ status }) => status?.availableReplicas === 1);
  });

  it('takes a matching pod that nobody controls, and lets go of one that matches no more', async () => {
    plane.kube.pods.create({
      ...template('web:1'),
      metadata: { name: 'stray', namespace, labels: { app: 'web' } },
    });
    create(1);
    const adopted = await until(
      plane.kube.pods,
      namespace,
      'stray',
      ({ metadata }) => metadata.ownerReferences !== undefined,
    );
    assert.equal((await plane.pods(1)).length, 1);
    plane.kube.pods.update({ ...adopted, metadata: { ...adopted.metadata, labels: { app: 'other' } } });
    await until(plane.kube.pods, namespace, 'stray', ({ metadata }) => !metadata.ownerReferences?.length);
    await plane.pods(2);
  });

  it('says why it cannot make pods, and makes them once it can', async () => {
    const account = { metadata: { name: 'web', namespace } };
    plane.kube.replicaSets.create({
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          ...template('web:1'),
          spec: {
            ...template('web:1').spec,
            containers: template('web:1').spec?.containers ?? [],
            serviceAccountName: 'web',
          },
        },
      },
    });
    const { status } = await until(
      plane.kube.replicaSets,
      namespace,
      'web',
      (one) => one.status?.conditions !== undefined,
    );
    assert.match(status?.conditions?.[0]?.message ?? '', /serviceaccount "web" not found/);
    plane.kube.serviceAccounts.create(account);
    await plane.clock.advance(60_000);
    await plane.pods(1);
    await until(plane.kube.replicaSets, namespace, 'web', (one) => one.status?.conditions === undefined);
  });

  it('has its pods deleted with it', async () => {
    const replicaSet = create(2);
    await plane.pods(2);
    plane.kube.replicaSets.delete(replicaSet);
    await untilGone(plane.kube.replicaSets, namespace, 'web');
    await plane.pods(0);
  });
});
