import assert from 'node:assert/strict';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { useCluster } from '../cluster.ts';
import { nodeImage, podsPath } from '../objects.ts';
import { untilListed } from './pods.ts';

describe('a pod that ends', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const log = async (query = '') =>
    (await cluster.client.get(`${podsPath(cluster.namespace, 'counts')}/log${query}`)).text;

  before(async () => {
    await cluster.client.created(podsPath(cluster.namespace), {
      metadata: { name: 'counts' },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'main',
            image: nodeImage,
            imagePullPolicy: 'IfNotPresent',
            args: ['node', '-e', 'for (const word of ["one", "two", "three"]) console.log(word)'],
          },
        ],
      },
    });
  });

  it('says so in its conditions', async () => {
    const conditions = await untilListed(cluster.client, podsPath(cluster.namespace), ([pod]) => {
      const { phase, conditions: all = [] } = (pod as Pod | undefined)?.status ?? {};
      const sandbox = all.find(({ type }) => type === 'PodReadyToStartContainers');
      return phase === 'Succeeded' && sandbox?.status === 'False' && all;
    });
    const told = conditions.map(({ type, status, reason = '' }) => [type, `${status} ${reason}`.trim()]);
    assert.deepEqual(Object.fromEntries(told), {
      PodReadyToStartContainers: 'False',
      Initialized: 'True PodCompleted',
      Ready: 'False PodCompleted',
      ContainersReady: 'False PodCompleted',
      PodScheduled: 'True',
    });
  });

  it('has run its arguments, where it has no command and its image none either', async () => {
    assert.equal(await log(), 'one\ntwo\nthree\n');
  });

  it('shows of its log so many bytes as are asked for', async () => {
    assert.equal(await log('?limitBytes=6'), 'one\ntw');
    assert.equal(await log('?limitBytes=600'), 'one\ntwo\nthree\n');
  });

  it('shows of its log what was written since a moment', async () => {
    assert.equal(await log('?sinceTime=2020-01-01T00:00:00Z'), 'one\ntwo\nthree\n');
    assert.equal(await log('?sinceTime=2999-01-01T00:00:00Z'), '');
  });
});
