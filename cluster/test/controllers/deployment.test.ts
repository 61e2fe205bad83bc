import assert from 'node:assert/strict';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { until, untilAmong } from '../until.ts';
import { TestControlPlane, namespace, template } from './test-control-plane.ts';

describe('The deployment controller', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
  });
  afterEach(() => plane.stop());

  const replicaSets = () => plane.kube.replicaSets.list({ namespace });
  const imageOf = ({ spec }: Pod) => spec?.containers[0]?.image;
  const newTemplate = (image: string) => plane.change('web', () => ({ template: template(image) }));

  it('makes one ReplicaSet, named after the template, and lets it make the pods', async () => {
    plane.deploy('web');
    const { status, metadata } = await plane.rolledOut('web');
    const [replicaSet] = replicaSets();
    assert.match(replicaSet?.metadata.name ?? '', /^web-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    const hash = replicaSet?.metadata.labels?.['pod-template-hash'] ?? '';
    assert.equal(replicaSet?.metadata.name, `web-${hash}`);
    assert.equal(replicaSet.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
    assert.deepEqual(
      {
        ...status,
        conditions: status?.conditions?.map(({ type, status: value, reason }) => [type, value, reason]),
      },
      {
        observedGeneration: metadata.generation,
        replicas: 3,
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        conditions: [
          ['Available', 'True', 'MinimumReplicasAvailable'],
          ['Progressing', 'True', 'NewReplicaSetAvailable'],
        ],
      },
    );
    for (const pod of await plane.pods(3)) {
      assert.ok(pod.metadata.name.startsWith(`web-${hash}-`));
      assert.equal(pod.metadata.labels?.['pod-template-hash'], hash);
    }
  });

  it('replaces the pods of an old template step by step, within surge and unavailability', async () => {
    plane.deploy('web', { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await plane.rolledOut('web');
    const seen: { all: number; ready: number }[] = [];
    const end = plane.kube.pods.watch(() => {
      const pods = plane.kube.pods.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const isReady = (pod: Pod) =>
        pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
      seen.push({ all: pods.length, ready: pods.filter(isReady).length });
    });
    newTemplate('web:2');
    await plane.rolledOut('web');
    end();
    assert.ok(Math.max(...seen.map(({ all }) => all)) <= 4);
    assert.ok(Math.min(...seen.map(({ ready }) => ready)) >= 3);
    assert.deepEqual((await plane.pods(3)).map(imageOf), ['web:2', 'web:2', 'web:2']);
  });

  it('stops an update whose pods do not become ready, and says that it is overdue', async () => {
    plane.deploy('web', { progressDeadlineSeconds: 60 });
    await plane.rolledOut('web');
    plane.becomesReady = (pod) => imageOf(pod) !== 'broken';
    newTemplate('broken');
    await untilAmong(plane.kube.pods, namespace, (pods) => {
      const broken = pods.find((pod) => imageOf(pod) === 'broken' && pod.status?.podIP !== undefined);
      return broken;
    });
    await until(plane.kube.deployments, namespace, 'web', ({ status }) => status?.updatedReplicas === 1);
    await plane.clock.advance(60_000);
    const { status } = await until(plane.kube.deployments, namespace, 'web', (deployment) =>
      (deployment.status?.conditions ?? []).some(({ reason }) => reason === 'ProgressDeadlineExceeded'),
    );
    assert.deepEqual([status?.availableReplicas, status?.updatedReplicas, status?.replicas], [3, 1, 4]);
  });

  it('ends all old pods before it makes a new one, when it is to recreate them', async () => {
    plane.deploy('web', { strategy: { type: 'Recreate' } });
    await plane.rolledOut('web');
    const mixtures: string[] = [];
    const end = plane.kube.pods.watch(() => {
      const images = new Set(plane.kube.pods.list().map(imageOf));
      if (images.size > 1) mixtures.push([...images].join());
    });
    newTemplate('web:2');
    await plane.rolledOut('web');
    end();
    assert.deepEqual(mixtures, []);
  });

  it('takes the old ReplicaSet again when a template returns, as a new revision', async () => {
    plane.deploy('web');
    await plane.rolledOut('web');
    newTemplate('web:2');
    await plane.rolledOut('web');
    newTemplate('web:1');
    const { metadata } = await plane.rolledOut('web');
    assert.equal(replicaSets().length, 2);
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
  });

  it('keeps no more old ReplicaSets than the history limit says', async () => {
    plane.deploy('web', { revisionHistoryLimit: 1 });
    for (const version of [2, 3, 4]) {
      await plane.rolledOut('web');
      newTemplate(`web:${version}`);
    }
    await plane.rolledOut('web');
    const left = await untilAmong(plane.kube.replicaSets, namespace, (sets) =>
      sets.length === 2 ? sets : undefined,
    );
    const images = left.map(({ spec }) => spec?.template?.spec?.containers[0]?.image);
    assert.deepEqual(images.sort(), ['web:3', 'web:4']);
  });

  it('scales without an update', async () => {
    plane.deploy('web');
    await plane.rolledOut('web');
    plane.change('web', () => ({ replicas: 5 }));
    await plane.rolledOut('web');
    plane.change('web', () => ({ replicas: 1 }));
    await plane.rolledOut('web');
    assert.equal((await plane.pods(1)).length, 1);
    assert.equal(replicaSets().length, 1);
    const messages = plane.kube.events
      .list({ namespace })
      .filter(({ reason }) => reason === 'ScalingReplicaSet');
    assert.deepEqual(messages.map(({ message }) => message?.replace(/set \S+/, 'set X')).sort(), [
      'Scaled down replica set X from 5 to 1',
      'Scaled up replica set X from 0 to 3',
      'Scaled up replica set X from 3 to 5',
    ]);
  });
});
