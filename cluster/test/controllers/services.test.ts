import assert from 'node:assert/strict';
import { untilAmong, untilGone } from '../until.ts';
import { TestControlPlane, namespace, template } from './test-control-plane.ts';

describe('The endpoints controllers', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
    plane.kube.services.create({
      metadata: { name: 'web', namespace, labels: { tier: 'front' } },
      spec: { selector: { app: 'web' }, ports: [{ name: 'page', port: 80, targetPort: 'http' }] },
    });
  });
  afterEach(() => plane.stop());

  const run = (name: string) =>
    plane.kube.pods.create({ ...template('web:1'), metadata: { name, namespace, labels: { app: 'web' } } });
  const subsets = (condition: (text: string) => boolean) =>
    untilAmong(plane.kube.endpoints, namespace, ([endpoints]) =>
      endpoints && condition(JSON.stringify(endpoints.subsets ?? [])) ? endpoints : undefined,
    );

  it('list the ready and the unready pods of a service with their resolved ports', async () => {
    plane.becomesReady = ({ metadata }) => metadata?.name === 'good';
    const [good, bad] = [run('good'), run('bad')];
    const { subsets: found, metadata } = await subsets(
      (text) => text.includes(bad.metadata.uid) && text.includes(good.metadata.uid),
    );
    assert.equal(metadata.labels?.['tier'], 'front');
    assert.deepEqual(
      found?.map(({ addresses, notReadyAddresses, ports }) => ({
        ready: addresses?.map(({ targetRef }) => targetRef?.name),
        notReady: notReadyAddresses?.map(({ targetRef }) => targetRef?.name),
        ports,
      })),
      [{ ready: ['good'], notReady: ['bad'], ports: [{ name: 'page', port: 8080, protocol: 'TCP' }] }],
    );
    const slice = await untilAmong(plane.kube.endpointSlices, namespace, (slices) =>
      slices.length === 1 && slices[0]?.endpoints.length === 2 ? slices[0] : undefined,
    );
    assert.match(slice.metadata.name, /^web-[a-z0-9]{5}$/);
    assert.equal(slice.metadata.labels?.['kubernetes.io/service-name'], 'web');
    assert.deepEqual(
      Object.fromEntries(slice.endpoints.map(({ targetRef, conditions }) => [targetRef?.name, conditions])),
      {
        good: { ready: true, serving: true, terminating: false },
        bad: { ready: false, serving: false, terminating: false },
      },
    );
  });

  it('take a pod out as soon as it is being deleted', async () => {
    const pod = run('one');
    await subsets((text) => text.includes(pod.metadata.uid));
    plane.kube.pods.delete(pod);
    await subsets((text) => text === '[]');
  });

  it('delete the Endpoints with the service, and leave alone those of others', async () => {
    plane.kube.endpoints.create({ metadata: { name: 'lock', namespace } });
    await subsets((text) => text === '[]');
    const service = plane.kube.services.find(namespace, 'web');
    assert.ok(service);
    plane.kube.services.delete(service);
    await untilGone(plane.kube.endpoints, namespace, 'web');
    await untilAmong(plane.kube.endpointSlices, namespace, (slices) =>
      slices.length === 0 ? true : undefined,
    );
    assert.ok(plane.kube.endpoints.find(namespace, 'lock'));
  });
});
