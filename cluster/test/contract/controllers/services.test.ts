import assert from 'node:assert/strict';
import type { Endpoints } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { useCluster } from '../cluster.ts';
import { endpointsPath, podsPath, servicesPath } from '../objects.ts';
import { answering, untilListed, nodeContainer } from './pods.ts';

describe('a Service', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');
  const slices = () =>
    `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dweb`;

  async function run(name: string, code: number): Promise<void> {
    await cluster.client.created(podsPath(cluster.namespace), {
      metadata: { name, labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          nodeContainer('main', answering(8080, code), {
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
          }),
        ],
      },
    });
  }

  before(async () => {
    await cluster.client.created(servicesPath(cluster.namespace), {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    await Promise.all([run('ready', 200), run('unready', 503)]);
  });

  it('has ready pods as addresses of its Endpoints, and the others apart from them', async () => {
    const [subset] = await untilListed(cluster.client, endpointsPath(cluster.namespace), (all) => {
      const { subsets } = (all.find(({ metadata }) => metadata.name === 'web') ?? {}) as Endpoints;
      const [first] = subsets ?? [];
      return first?.addresses?.length === 1 && first.notReadyAddresses?.length === 1 && subsets;
    });
    assert.deepEqual(subset?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
    assert.equal(subset.addresses?.[0]?.targetRef?.name, 'ready');
    assert.equal(subset.notReadyAddresses?.[0]?.targetRef?.name, 'unready');
  });

  it('has both in its EndpointSlices, each with its condition', async () => {
    const endpoints = await untilListed(cluster.client, slices(), (all) => {
      const found = (all as unknown as EndpointSlice[]).flatMap((slice) => slice.endpoints);
      return found.length === 2 && found.some(({ conditions }) => conditions?.ready) && found;
    });
    const conditions = endpoints.map((one) => [one.targetRef?.name, one.conditions?.ready]);
    assert.deepEqual(Object.fromEntries(conditions), { ready: true, unready: false });
  });

  it('loses a pod that is deleted', async () => {
    await cluster.client.delete(podsPath(cluster.namespace, 'ready'));
    await untilListed(cluster.client, slices(), (all) => {
      const found = (all as unknown as EndpointSlice[]).flatMap((slice) => slice.endpoints);
      return found.length === 1 && found[0]?.targetRef?.name === 'unready';
    });
  });
});
