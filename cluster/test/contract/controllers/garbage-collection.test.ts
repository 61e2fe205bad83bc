import { useCluster } from '../cluster.ts';
import { endpointsPath, leasesPath, serviceAccountsPath } from '../objects.ts';
import { untilListed } from './pods.ts';

describe('the lock of a ServiceAccount', function () {
  this.timeout(120_000);
  const cluster = useCluster('controllers');

  for (const [kind, pathOf] of [
    ['Endpoints', endpointsPath],
    ['Lease', leasesPath],
  ] as const) {
    it(`goes with its owner when it is of kind ${kind}`, async () => {
      const { client, namespace } = cluster;
      const name = `elector-${kind.toLowerCase()}`;
      const account = await client.created(serviceAccountsPath(namespace), { metadata: { name } });
      const owner = { apiVersion: 'v1', kind: 'ServiceAccount', name, uid: account.metadata.uid };
      await client.created(pathOf(namespace), { metadata: { name, ownerReferences: [owner] } });
      let deletion: Promise<unknown> | undefined;
      await untilListed(client, pathOf(namespace), (locks) => {
        const isThere = locks.some(({ metadata }) => metadata.name === name);
        if (isThere) deletion ??= client.delete(serviceAccountsPath(namespace, name));
        return deletion !== undefined && !isThere;
      });
      await deletion;
    });
  }
});
