import assert from 'node:assert/strict';
import { until, untilGone } from '../until.ts';
import { TestControlPlane } from './test-control-plane.ts';

describe('The namespace controller', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
    plane.kube.namespaces.create({ metadata: { name: 'mine' } });
  });
  afterEach(() => plane.stop());

  it('gives a namespace its service account and the certificate authority', async () => {
    await until(plane.kube.serviceAccounts, 'mine', 'default', () => true);
    const { data } = await until(plane.kube.configMaps, 'mine', 'kube-root-ca.crt', () => true);
    assert.deepEqual(data, { 'ca.crt': 'the CA' });
  });

  it('makes them anew when they are deleted', async () => {
    const first = await until(plane.kube.serviceAccounts, 'mine', 'default', () => true);
    plane.kube.serviceAccounts.delete(first);
    await until(
      plane.kube.serviceAccounts,
      'mine',
      'default',
      ({ metadata }) => metadata.uid !== first.metadata.uid,
    );
  });

  it('empties a deleted namespace and lets it go', async () => {
    await until(plane.kube.serviceAccounts, 'mine', 'default', () => true);
    plane.kube.endpoints.create({ metadata: { name: 'lock', namespace: 'mine' } });
    const found = plane.kube.namespaces.find(null, 'mine');
    assert.ok(found);
    plane.kube.namespaces.delete(found);
    await untilGone(plane.kube.endpoints, 'mine', 'lock');
    await plane.clock.advance(1000);
    await untilGone(plane.kube.namespaces, null, 'mine');
  });
});
