import assert from 'node:assert/strict';
import { EndpointsLock } from '../../src/kubernetes/endpoints-lock.ts';
import type { JsonObject } from '../../../base/json.ts';
import { KubeClient } from '../../src/kubernetes/kube-client.ts';
import { leaderAnnotation } from '../../src/election/leader-election-record.ts';
import { LeaderElector } from '../../src/election/leader-elector.ts';
import { LeaseLock } from '../../src/kubernetes/lease-lock.ts';
import { MultiLock } from '../../src/election/multi-lock.ts';
import { FakeApiServer } from './api-server.ts';
import { plainCredentials } from './plain-credentials.ts';
import { eventually } from '../../../base/testing/eventually.ts';

const name = 'example';
const endpoints = '/api/v1/namespaces/default/endpoints';
const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const subsets = [{ addresses: [{ ip: '10.244.0.7' }], ports: [{ port: 80 }] }];
const controller = [{ apiVersion: 'v1', kind: 'Widget', name: 'w', uid: 'w-uid', controller: true }];

/** Objects as a real cluster has them (Kubernetes 1.34), and why each is no lock. */
const foreign: readonly (readonly [string, string, JsonObject, RegExp])[] = [
  [
    'Endpoints that somebody made for a Service',
    endpoints,
    { kind: 'Endpoints', metadata: { name }, subsets },
    /^the Endpoints object "example" has the addresses of a Service, and is no lock: choose another name/,
  ],
  [
    'Endpoints of a Service whose pods are not there',
    endpoints,
    {
      kind: 'Endpoints',
      metadata: {
        name,
        labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-26T01:35:51Z' },
      },
    },
    /^the Endpoints object "example" belongs to the Service of that name/,
  ],
  [
    'such Endpoints before Kubernetes 1.33',
    endpoints,
    {
      kind: 'Endpoints',
      metadata: {
        name,
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-26T01:35:51Z' },
      },
    },
    /^the Endpoints object "example" belongs to the Service of that name/,
  ],
  [
    'Endpoints with a controller',
    endpoints,
    { kind: 'Endpoints', metadata: { name, ownerReferences: controller } },
    /^the Endpoints object "example" is kept by Widget w/,
  ],
  [
    'a Lease with a controller',
    leases,
    { kind: 'Lease', metadata: { name, ownerReferences: controller }, spec: {} },
    /^the Lease "example" is kept by Widget w/,
  ],
  [
    "a node's heartbeat",
    leases,
    {
      kind: 'Lease',
      metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'minikube', uid: 'n' }] },
      spec: {
        holderIdentity: 'minikube',
        leaseDurationSeconds: 40,
        renewTime: '2026-11-26T01:35:52.863241Z',
      },
    },
    /^the Lease "example" is the heartbeat of node minikube/,
  ],
  [
    "an API server's heartbeat",
    leases,
    {
      kind: 'Lease',
      metadata: { name, labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } },
      spec: { holderIdentity: 'apiserver-1', leaseDurationSeconds: 3600 },
    },
    /^the Lease "example" is the heartbeat of an API server/,
  ],
];

describe('An object that is somebody else', () => {
  let server: FakeApiServer;
  let client: KubeClient;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    client = new KubeClient({ credentials: plainCredentials(server.url), requestTimeoutMs: 10_000 });
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  const lockAt = (collection: string) => {
    const options = { client, namespace: 'default', name, owner: null };
    return collection === endpoints ? new EndpointsLock(options) : new LeaseLock(options);
  };
  const other = (collection: string) => (collection === endpoints ? leases : endpoints);

  for (const [what, collection, object, because] of foreign) {
    for (const [how, lock] of [
      ['alone', () => lockAt(collection)],
      ['with the other one', () => new MultiLock(lockAt(endpoints), lockAt(leases))],
    ] as const) {
      it(`is left alone, and said, where it is to be the lock ${how}: ${what}`, async () => {
        server.objects.post(collection, object);
        const before = server.objects.get(`${collection}/${name}`).body;
        const errors: string[] = [];
        const elector = new LeaderElector({
          lock: lock(),
          leaseDuration: 3,
          log: {
            info() {},
            warn() {},
            error: (message, fields) => errors.push(`${message}: ${String(fields?.['because'])}`),
          },
        });
        const stopping = new AbortController();
        const ended = elector.run(stopping.signal);
        await eventually('the reason', () => because.test(elector.notReadyBecause ?? ''));
        stopping.abort();
        await ended;
        assert.deepEqual(server.objects.get(`${collection}/${name}`).body, before);
        assert.equal(server.objects.get(`${other(collection)}/${name}`).code, 404);
        assert.equal(errors.length, 1);
        assert.match(errors[0]?.replace('does not stand: ', '') ?? '', because);
      });
    }
  }

  it('is not one that an election has used before: the leader annotation makes it a lock, whatever else it has', async () => {
    const annotations = { [leaderAnnotation]: '{"holderIdentity":""}' };
    server.objects.post(endpoints, { kind: 'Endpoints', metadata: { name, annotations }, subsets });
    assert.equal((await lockAt(endpoints).get())?.reading.kind, 'record');
  });
});
