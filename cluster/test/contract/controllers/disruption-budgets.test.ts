import assert from 'node:assert/strict';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import { useCluster } from '../cluster.ts';
import { deploymentsPath, podsPath } from '../objects.ts';
import { nodeContainer, untilListed, untilTold } from './pods.ts';

describe('a PodDisruptionBudget', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const budgetsPath = () => `/apis/policy/v1/namespaces/${cluster.namespace}/poddisruptionbudgets`;
  const podSpec = { terminationGracePeriodSeconds: 5, containers: [nodeContainer('main', untilTold)] };

  const create = (name: string, spec: object) =>
    cluster.client.created(budgetsPath(), {
      metadata: { name },
      spec: { selector: { matchLabels: { app: name } }, ...spec },
    });

  /** Its status, as soon as that fulfils the condition. */
  const status = (name: string, condition: (status: PodDisruptionBudgetStatus) => boolean) =>
    untilListed(cluster.client, `${budgetsPath()}?fieldSelector=metadata.name%3D${name}`, ([found]) => {
      const told = (found as PodDisruptionBudget | undefined)?.status;
      return told?.conditions !== undefined && condition(told) && told;
    });

  const counts = ({
    expectedPods,
    desiredHealthy,
    currentHealthy,
    disruptionsAllowed,
  }: PodDisruptionBudgetStatus) => ({
    expectedPods,
    desiredHealthy,
    currentHealthy,
    disruptionsAllowed,
  });

  const evict = (pod: string, query = '') =>
    cluster.client.post(`${podsPath(cluster.namespace, pod)}/eviction${query}`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod },
    });

  before(async () => {
    const { client, namespace } = cluster;
    for (const name of ['one', 'two'])
      await client.created(podsPath(namespace), {
        metadata: { name, labels: { app: 'bare' } },
        spec: podSpec,
      });
    await client.created(deploymentsPath(namespace), {
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: podSpec },
      },
    });
  });

  it('counts the pods that it selects, and those among them that are ready', async () => {
    await create('bare', { minAvailable: 1 });
    const told = await status('bare', ({ currentHealthy }) => currentHealthy === 2);
    assert.deepEqual(counts(told), {
      expectedPods: 2,
      desiredHealthy: 1,
      currentHealthy: 2,
      disruptionsAllowed: 1,
    });
    const [condition] = told.conditions ?? [];
    assert.deepEqual(
      [condition?.type, condition?.status, condition?.reason, told.observedGeneration],
      ['DisruptionAllowed', 'True', 'SufficientPods', 1],
    );
  });

  it('takes percentages of the replicas that are wanted, rounded up', async () => {
    await create('web', { maxUnavailable: '30%' });
    const told = await status('web', ({ currentHealthy }) => currentHealthy === 2);
    assert.deepEqual(counts(told), {
      expectedPods: 2,
      desiredHealthy: 1,
      currentHealthy: 2,
      disruptionsAllowed: 1,
    });
  });

  it('allows nothing where it selects no pods', async () => {
    await create('nobody', { minAvailable: '50%' });
    const told = await status('nobody', () => true);
    assert.deepEqual(counts(told), {
      expectedPods: 0,
      desiredHealthy: 0,
      currentHealthy: 0,
      disruptionsAllowed: 0,
    });
    assert.equal(told.conditions?.[0]?.reason, 'InsufficientPods');
  });

  it('lets an eviction be tried without counting it', async () => {
    assert.equal((await evict('one', '?dryRun=All')).code, 201);
    assert.equal((await evict('one', '?dryRun=All')).code, 201);
  });

  it('lets as many pods be evicted as it allows, and refuses the next', async () => {
    // At once, so that the second is refused by what the first has counted, before anybody counts anew.
    const answers = await Promise.all([evict('one'), evict('two')]);
    const [{ code }, { code: refused, body }] = answers.sort((one, other) => one.code - other.code);
    assert.deepEqual([code, refused], [201, 429]);
    assert.equal(body['reason'], 'TooManyRequests');
    assert.equal(body['message'], "Cannot evict pod as it would violate the pod's disruption budget.");
    const { causes } = body['details'] as { causes: { reason: string }[] };
    assert.deepEqual(
      causes.map(({ reason }) => reason),
      ['DisruptionBudget'],
    );
    const told = await status('bare', ({ currentHealthy }) => currentHealthy === 1);
    assert.equal(told.disruptionsAllowed, 0);
  });
});
