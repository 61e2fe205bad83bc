import assert from 'node:assert/strict';
import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Event, Pod } from 'kubernetes-types/core/v1.js';
import { useCluster } from '../cluster.ts';
import { deploymentsPath, podsPath } from '../objects.ts';
import { untilListed, untilTold, nodeContainer, showsReady } from './pods.ts';

describe('a Deployment', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const pods = () => `${podsPath(cluster.namespace)}?labelSelector=app%3Dweb`;

  before(async () => {
    await cluster.client.created(deploymentsPath(cluster.namespace), {
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { terminationGracePeriodSeconds: 5, containers: [nodeContainer('main', untilTold)] },
        },
      },
    });
  });

  it('is rolled out once a ReplicaSet of its own has all pods available', async () => {
    const { namespace, client } = cluster;
    const deployment = await untilListed(client, deploymentsPath(namespace), ([found]) => {
      const { status } = (found ?? {}) as unknown as Deployment;
      return status?.availableReplicas === 2 && found;
    });
    const sets = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
    const set = await untilListed(client, sets, ([found]) => found);
    const { metadata } = set as unknown as ReplicaSet;
    const hash = metadata?.labels?.['pod-template-hash'] ?? 'none';
    assert.equal(metadata?.name, `web-${hash}`);
    assert.equal(metadata.ownerReferences?.[0]?.uid, deployment.metadata.uid);
    assert.equal(deployment.metadata.generation, 1);
    assert.deepEqual(metadata.annotations, {
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    });
    const all = await untilListed(client, pods(), (found) => found.length === 2 && found);
    for (const pod of all) {
      assert.match(pod.metadata.name, new RegExp(`^web-${hash}-[a-z0-9]{5}$`));
      assert.equal((pod as unknown as Pod).metadata?.ownerReferences?.[0]?.uid, set.metadata.uid);
      assert.ok(showsReady(pod));
    }
  });

  it('tells in events what was done for it', async () => {
    const { namespace, client } = cluster;
    const expected = ['Created', 'Pulled', 'ScalingReplicaSet', 'Scheduled', 'Started', 'SuccessfulCreate'];
    await untilListed(client, `/api/v1/namespaces/${namespace}/events`, (events) => {
      const reasons = (events as unknown as Event[]).map(({ reason }) => reason);
      return expected.every((reason) => reasons.includes(reason));
    });
  });

  it('gets a pod in place of one that is deleted', async () => {
    const { namespace, client } = cluster;
    const before = await untilListed(
      client,
      pods(),
      (all) => all.length === 2 && all.every(showsReady) && all,
    );
    const victim = before[0]?.metadata.name ?? '';
    assert.equal((await client.delete(podsPath(namespace, victim))).code, 200);
    const after = await untilListed(client, pods(), (all) => {
      const names = all.map(({ metadata }) => metadata.name);
      return !names.includes(victim) && all.length === 2 && all.every(showsReady) && names;
    });
    assert.ok(after.includes(before[1]?.metadata.name ?? ''));
  });
});
