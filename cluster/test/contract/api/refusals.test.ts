import assert from 'node:assert/strict';
import { useCluster } from '../cluster.ts';
import { endpointsPath, leasesPath } from '../objects.ts';

describe('what a cluster refuses or warns of', () => {
  const cluster = useCluster();

  for (const name of ['default', 'kube-system', 'kube-public'])
    it(`is the deletion of the namespace ${name}`, async () => {
      // A dry run: what is wrong here shall not empty somebody's cluster.
      const { code, body } = await cluster.client.delete(`/api/v1/namespaces/${name}?dryRun=All`);
      assert.equal(code, 403);
      assert.equal(body['message'], `namespaces "${name}" is forbidden: this namespace may not be deleted`);
    });

  it('is a use of Endpoints, which EndpointSlices have replaced', async () => {
    const { headers } = await cluster.client.get(endpointsPath(cluster.namespace));
    assert.equal(
      headers['warning'],
      '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
    );
    assert.equal((await cluster.client.get(leasesPath(cluster.namespace))).headers['warning'], undefined);
  });
});
