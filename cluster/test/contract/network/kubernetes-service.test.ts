import assert from 'node:assert/strict';
import type { Endpoints, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { untilListed } from '../controllers/pods.ts';
import { useCluster } from '../cluster.ts';
import { endpointsPath, servicesPath } from '../objects.ts';
import { firstLine } from './backends.ts';

const slicePath = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

/** Asks the API server behind an address for its version, trusting what the pod was given to trust alone. Logs the code. */
const asking = (host: string) => `
  const root = process.env.CONTAINER_SANDBOX_MOUNT_POINT ?? '';
  const ca = require('fs').readFileSync(root + '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt');
  const ask = () => require('https').get({ host: '${host}', path: '/version', ca }, ({ statusCode }) => console.log(statusCode))
    .on('error', (error) => error.code === 'ECONNREFUSED' ? setTimeout(ask, 100) : console.log(error.message));
  ask();`;

describe('the Service kubernetes', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');

  /** It, as soon as it is there. */
  const appears = () => {
    const path = `${servicesPath('default')}?fieldSelector=metadata.name%3Dkubernetes`;
    return untilListed(cluster.client, path, ([found]) => found) as Promise<unknown> as Promise<Service>;
  };

  it('is in the namespace default, without a selector, for HTTPS', async () => {
    const { metadata, spec } = await appears();
    assert.deepEqual(metadata?.labels, { component: 'apiserver', provider: 'kubernetes' });
    const [port] = spec?.ports ?? [];
    assert.deepEqual(
      [spec?.type, spec?.clusterIP, spec?.selector, spec?.ports?.length],
      ['ClusterIP', '10.96.0.1', undefined, 1],
    );
    assert.deepEqual([port?.name, port?.port, port?.protocol], ['https', 443, 'TCP']);
  });

  it('has the same address and port of the API server in its Endpoints and in its EndpointSlice', async () => {
    await appears();
    const endpoints = (await cluster.client.found(endpointsPath('default', 'kubernetes'))) as Endpoints;
    const slice = (await cluster.client.found(slicePath)) as unknown as EndpointSlice;
    assert.deepEqual(endpoints.metadata?.labels, { 'endpointslice.kubernetes.io/skip-mirror': 'true' });
    assert.deepEqual(slice.metadata?.labels, { 'kubernetes.io/service-name': 'kubernetes' });
    const [subset] = endpoints.subsets ?? [];
    assert.deepEqual(
      slice.endpoints.map(({ addresses, conditions }) => [addresses, conditions]),
      [[subset?.addresses?.map(({ ip }) => ip), { ready: true }]],
    );
    assert.deepEqual(slice.ports, subset?.ports);
  });

  it('leads pods to the API server, by an address for which its certificate holds', async () => {
    assert.equal(await firstLine(cluster, 'by-address', asking('10.96.0.1')), '200');
  });

  it('leads them there by its name too', async function () {
    if (!(await cluster.hasDns())) this.skip();
    assert.equal(await firstLine(cluster, 'by-name', asking('kubernetes.default.svc')), '200');
  });
});
