import assert from 'node:assert/strict';
import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import { until, untilGone } from '../until.ts';
import { TestControlPlane, namespace } from './test-control-plane.ts';

describe('The garbage collector', () => {
  let plane: TestControlPlane;
  beforeEach(async () => {
    plane = await TestControlPlane.start();
  });
  afterEach(() => plane.stop());

  const owner = (name: string, inNamespace = namespace) =>
    plane.kube.serviceAccounts.create({ metadata: { name, namespace: inNamespace } });
  const reference = (
    { metadata }: ReturnType<typeof owner>,
    more: Partial<OwnerReference> = {},
  ): OwnerReference => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    name: metadata.name,
    uid: metadata.uid,
    ...more,
  });
  const dependent = (name: string, ...ownerReferences: OwnerReference[]) =>
    plane.kube.endpoints.create({ metadata: { name, namespace, ownerReferences } });

  it('deletes what a deleted object owned', async () => {
    const account = owner('one');
    dependent('lock', reference(account));
    plane.kube.serviceAccounts.delete(account);
    await untilGone(plane.kube.endpoints, namespace, 'lock');
  });

  it('keeps what has another owner left, without the one that is gone', async () => {
    const [one, other] = [owner('one'), owner('other')];
    dependent('lock', reference(one), reference(other));
    plane.kube.serviceAccounts.delete(one);
    await until(
      plane.kube.endpoints,
      namespace,
      'lock',
      ({ metadata }) => metadata.ownerReferences?.length === 1,
    );
  });

  it('takes an owner in another namespace for one that is gone', async () => {
    plane.kube.namespaces.create({ metadata: { name: 'elsewhere' } });
    dependent('lock', reference(owner('one', 'elsewhere')));
    await untilGone(plane.kube.endpoints, namespace, 'lock');
  });

  it('takes an owner with another uid for one that is gone', async () => {
    dependent('lock', reference(owner('one'), { uid: '00000000-0000-0000-0000-000000000000' }));
    await untilGone(plane.kube.endpoints, namespace, 'lock');
  });

  it('deletes the dependents first when the owner is deleted in the foreground', async () => {
    const account = owner('one');
    dependent('lock', reference(account, { blockOwnerDeletion: true }));
    const order: string[] = [];
    const ends = [plane.kube.serviceAccounts, plane.kube.endpoints].map((client) =>
      client.watch((type, { metadata }) => {
        if (type === 'DELETED') order.push(metadata.name);
      }),
    );
    const propagationPolicy = 'Foreground';
    plane.api.delete({ group: '', resource: 'serviceaccounts' }, namespace, 'one', { propagationPolicy });
    await untilGone(plane.kube.serviceAccounts, namespace, 'one');
    for (const end of ends) end();
    assert.deepEqual(order, ['lock', 'one']);
  });

  it('lets the dependents go when the owner is deleted as an orphan’s parent', async () => {
    dependent('lock', reference(owner('one')));
    plane.api.delete({ group: '', resource: 'serviceaccounts' }, namespace, 'one', {
      propagationPolicy: 'Orphan',
    });
    await untilGone(plane.kube.serviceAccounts, namespace, 'one');
    assert.deepEqual(plane.kube.endpoints.find(namespace, 'lock')?.metadata.ownerReferences ?? [], []);
  });
});
