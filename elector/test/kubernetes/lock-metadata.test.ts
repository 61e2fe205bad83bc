import assert from 'node:assert/strict';
import { EndpointsLock } from '../../src/kubernetes/endpoints-lock.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { annotationsOf, labelsOf } from '../../src/kubernetes/kube-object.ts';
import { LeaseLock } from '../../src/kubernetes/lease-lock.ts';
import type { LockMetadata } from '../../src/kubernetes/lock-metadata.ts';
import { FakeApiServer } from './api-server.ts';
import { held, notNull } from './lock-contract.ts';
import { plainCredentials } from './plain-credentials.ts';

describe('labels and annotations on a lock', () => {
  let server: FakeApiServer;
  let client: KubeClient;

  before(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ credentials: plainCredentials(server.url), requestTimeoutMs: 10_000 });
  });
  after(async () => {
    client.close();
    await server.close();
  });

  const metadata = {
    labels: { 'app.kubernetes.io/name': 'my-service', empty: '' },
    annotations: { 'example.com/contact': 'ops@example.com, day and night' },
  };
  const kinds = [
    ['LeaseLock', LeaseLock, '/apis/coordination.k8s.io/v1/namespaces/default/leases'],
    ['EndpointsLock', EndpointsLock, '/api/v1/namespaces/default/endpoints'],
  ] as const;

  for (const [kind, Lock, collection] of kinds) {
    describe(`of a ${kind}`, () => {
      const path = `${collection}/example`;
      const newLock = (more: LockMetadata) =>
        new Lock({ client, namespace: 'default', name: 'example', owner: null, ...more });
      const stored = () => server.objects.get(path).body;
      afterEach(() => void server.objects.delete(path));

      it('are on it from the first write on, beside what the election keeps there', async () => {
        await newLock({}).create(held);
        const own = annotationsOf(stored());
        server.objects.delete(path);
        const created = await newLock(metadata).create(held);
        assert.deepEqual(labelsOf(stored()), metadata.labels);
        assert.deepEqual(annotationsOf(stored()), { ...own, ...metadata.annotations });
        assert.equal(created.holderUid, held.holderUid);
      });

      it('come to one that is there already, and leave those of others', async () => {
        await newLock({
          labels: { team: 'a', empty: 'no' },
          annotations: { 'example.com/note': 'x' },
        }).create(held);
        const lock = newLock(metadata);
        await lock.update(await notNull(lock.get()), held);
        assert.deepEqual(labelsOf(stored()), { team: 'a', ...metadata.labels });
        assert.equal(annotationsOf(stored())['example.com/note'], 'x');
        assert.equal(annotationsOf(stored())['example.com/contact'], 'ops@example.com, day and night');
      });
    });
  }

  const wrong: readonly (readonly [string, object, RegExp])[] = [
    [
      'a key that Kubernetes would refuse',
      { labels: { 'my label': 'a' } },
      /^the lock's labels has the key "my label"; it must be a name of letters/,
    ],
    [
      'a value that Kubernetes would refuse',
      { labels: { app: 'my service' } },
      /^the lock's labels has "app": "my service"; it must be empty, or a name/,
    ],
    ['a value that is no text', { labels: { replicas: 3 } }, /^the lock's labels has "replicas": 3; it must/],
    [
      'an annotation that is no text',
      { annotations: { replicas: 3 } },
      /^the lock's annotations has "replicas": 3; it must be a text$/,
    ],
    [
      'what the election keeps there: who holds the lock',
      { annotations: { 'leader-elector/holder-pod-uid': 'a' } },
      /"leader-elector\/" is kept for the election or for Kubernetes$/,
    ],
    [
      'what the election keeps there: the record of an EndpointsLock',
      { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } },
      /"control-plane.alpha.kubernetes.io\/" is kept/,
    ],
    [
      'by what a Lease is told to be no lock',
      { labels: { 'apiserver.kubernetes.io/identity': 'a' } },
      /"apiserver.kubernetes.io\/" is kept/,
    ],
    [
      'by what Endpoints are told to be no lock',
      { labels: { 'endpoints.kubernetes.io/managed-by': 'a' } },
      /"endpoints.kubernetes.io\/" is kept/,
    ],
  ];
  for (const [what, options, message] of wrong)
    it(`are refused where they have ${what}`, () => {
      assert.throws(() => new LeaseLock({ name: 'example', ...options }), { name: 'RangeError', message });
    });
});
