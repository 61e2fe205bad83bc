import { Registry } from '../../api-server/registry.ts';
import { clientset } from '../../client/clientset.ts';
import type { ResourceClient, Writable } from '../../client/resource-client.ts';
import { startKubernetesServiceController } from '../../controllers/kubernetes-service.ts';
import { FakeClock } from '../../../base/testing/fake-clock.ts';
import { until } from '../until.ts';

describe('The controller of the Service kubernetes', () => {
  const api = new Registry();
  const kube = clientset(api);
  let stop: () => void;

  before(() => {
    kube.namespaces.create({ metadata: { name: 'default' } });
    const context = { api, kube, clock: new FakeClock() };
    stop = startKubernetesServiceController(context, { address: '10.244.0.1', port: 6443 });
  });
  after(() => stop());

  const isMadeAgain = async <T extends Writable>(client: ResourceClient<T>) => {
    const made = await until(client, 'default', 'kubernetes', () => true);
    client.delete(made);
    await until(client, 'default', 'kubernetes', ({ metadata }) => metadata.uid !== made.metadata.uid);
  };

  it('makes the Service again when that is deleted', () => isMadeAgain(kube.services));
  it('makes its Endpoints again', () => isMadeAgain(kube.endpoints));
  it('makes its EndpointSlice again', () => isMadeAgain(kube.endpointSlices));
});
