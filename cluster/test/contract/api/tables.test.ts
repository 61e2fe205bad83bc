import assert from 'node:assert/strict';
import type { Json } from '../../../testing/api-client.ts';
import { useCluster } from '../cluster.ts';
import {
  deploymentsPath,
  emptyDeployment,
  endpointsPath,
  idlePod,
  leasesPath,
  podsPath,
  servicesPath,
} from '../objects.ts';

interface Table extends Json {
  columnDefinitions: { name: string; type: string; format: string; priority: number }[];
  rows: { cells: unknown[]; object: Json }[];
}

const accept = (form: string) => ({ headers: { Accept: `application/json;as=${form};v=v1;g=meta.k8s.io` } });

/** Columns as kubectl titles them, those of `-o wide` in parentheses. */
const columns: Readonly<Record<string, string>> = {
  '/api/v1/pods': 'NAME READY STATUS RESTARTS AGE (IP) (NODE) (NOMINATED NODE) (READINESS GATES)',
  '/apis/apps/v1/deployments': 'NAME READY UP-TO-DATE AVAILABLE AGE (CONTAINERS) (IMAGES) (SELECTOR)',
  '/apis/apps/v1/replicasets': 'NAME DESIRED CURRENT READY AGE (CONTAINERS) (IMAGES) (SELECTOR)',
  '/api/v1/services': 'NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE (SELECTOR)',
  '/api/v1/endpoints': 'NAME ENDPOINTS AGE',
  '/apis/discovery.k8s.io/v1/endpointslices': 'NAME ADDRESSTYPE PORTS ENDPOINTS AGE',
  '/apis/coordination.k8s.io/v1/leases': 'NAME HOLDER AGE',
  '/api/v1/nodes':
    'NAME STATUS ROLES AGE VERSION (INTERNAL-IP) (EXTERNAL-IP) (OS-IMAGE) (KERNEL-VERSION) (CONTAINER-RUNTIME)',
  '/api/v1/namespaces': 'NAME STATUS AGE',
  '/api/v1/events': 'LAST SEEN TYPE REASON OBJECT (SUBOBJECT) (SOURCE) MESSAGE (FIRST SEEN) (COUNT) (NAME)',
  '/api/v1/serviceaccounts': 'NAME SECRETS AGE',
  '/api/v1/configmaps': 'NAME DATA AGE',
  '/api/v1/secrets': 'NAME TYPE DATA AGE',
  '/apis/policy/v1/poddisruptionbudgets': 'NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE',
  '/apis/networking.k8s.io/v1/networkpolicies': 'NAME POD-SELECTOR AGE',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles': 'NAME CREATED AT',
  '/apis/rbac.authorization.k8s.io/v1/roles': 'NAME CREATED AT',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings':
    'NAME ROLE AGE (USERS) (GROUPS) (SERVICEACCOUNTS)',
  '/apis/rbac.authorization.k8s.io/v1/rolebindings': 'NAME ROLE AGE (USERS) (GROUPS) (SERVICEACCOUNTS)',
};

describe('tables', () => {
  const cluster = useCluster();

  async function table(path: string, form = 'Table'): Promise<Table> {
    const { code, body, text } = await cluster.client.get(path, accept(form));
    assert.equal(code, 200, text);
    assert.deepEqual([body['kind'], body['apiVersion']], ['Table', 'meta.k8s.io/v1']);
    return body as Table;
  }

  /** The cells of the only row, without AGE and others that change by themselves. */
  async function cells(path: string): Promise<unknown[]> {
    const { columnDefinitions, rows } = await table(path);
    assert.equal(rows.length, 1);
    return (rows[0]?.cells ?? []).filter((_, index) => columnDefinitions[index]?.name !== 'Age');
  }

  for (const [path, expected] of Object.entries(columns))
    it(`of ${path} have kubectl's columns`, async () => {
      const { columnDefinitions } = await table(`${path}?limit=1`);
      const titles = columnDefinitions.map(({ name, priority }) =>
        priority === 0 ? name.toUpperCase() : `(${name.toUpperCase()})`,
      );
      assert.equal(titles.join(' '), expected);
    });

  it("show a pod's state", async () => {
    await cluster.client.created(podsPath(cluster.namespace), idlePod('shown'));
    const path = podsPath(cluster.namespace, 'shown');
    assert.deepEqual(await cells(path), [
      'shown',
      '0/1',
      'Pending',
      '0',
      '<none>',
      '<none>',
      '<none>',
      '<none>',
    ]);
  });

  const finishedAt = new Date(Date.now() - 5 * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const running = { running: { startedAt: finishedAt } };
  const main = { name: 'main', image: 'i', imageID: '', ready: false, restartCount: 0 };
  const sidecar = { ...main, name: 'side' };
  const initialized = { conditions: [{ type: 'Initialized', status: 'True' }] };
  const states: readonly (readonly [
    what: string,
    status: object,
    shown: readonly [string, string, RegExp],
  ])[] = [
    [
      'whose sidecar has not started',
      { initContainerStatuses: [{ ...sidecar, state: { waiting: { reason: 'PodInitializing' } } }] },
      ['0/2', 'Init:0/1', /^0$/],
    ],
    [
      'whose sidecar cannot start',
      { initContainerStatuses: [{ ...sidecar, state: { waiting: { reason: 'ErrImagePull' } } }] },
      ['0/2', 'Init:ErrImagePull', /^0$/],
    ],
    [
      'that runs and is ready',
      {
        ...initialized,
        initContainerStatuses: [{ ...sidecar, ready: true, started: true, state: running }],
        containerStatuses: [{ ...main, ready: true, started: true, state: running }],
      },
      ['2/2', 'Running', /^0$/],
    ],
    [
      'whose container was restarted and waits',
      {
        ...initialized,
        initContainerStatuses: [{ ...sidecar, ready: true, started: true, state: running }],
        containerStatuses: [
          {
            ...main,
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, finishedAt, startedAt: finishedAt } },
          },
        ],
      },
      ['1/2', 'CrashLoopBackOff', /^3 \(\d+m(\d+s)? ago\)$/],
    ],
    [
      'whose container failed',
      {
        ...initialized,
        initContainerStatuses: [{ ...sidecar, ready: true, started: true, state: running }],
        containerStatuses: [{ ...main, state: { terminated: { exitCode: 7 } } }],
      },
      ['1/2', 'ExitCode:7', /^0$/],
    ],
  ];
  for (const [index, [what, status, [ready, state, restarts]]] of states.entries())
    it(`show a pod ${what}`, async () => {
      const name = `state-${index}`;
      const initContainers = [{ name: 'side', image: 'example/side:1', restartPolicy: 'Always' }];
      const pod = await cluster.client.created(
        podsPath(cluster.namespace),
        idlePod(name, { initContainers }),
      );
      const path = podsPath(cluster.namespace, name);
      const written = await cluster.client.put(`${path}/status`, {
        ...pod,
        status: { phase: 'Running', ...status },
      });
      assert.equal(written.code, 200, written.text);
      const [, shownReady, shownState, shownRestarts] = await cells(path);
      assert.deepEqual([shownReady, shownState], [ready, state]);
      assert.match(String(shownRestarts), restarts);
    });

  it('show a pod that is being deleted', async () => {
    const path = podsPath(cluster.namespace, 'leaving');
    const onNode = idlePod('leaving', { nodeName: 'contract-no-such-node' });
    await cluster.client.created(podsPath(cluster.namespace), onNode);
    await cluster.client.delete(path);
    assert.equal((await cells(path))[2], 'Terminating');
  });

  it('show a deployment', async () => {
    await cluster.client.created(deploymentsPath(cluster.namespace), emptyDeployment('shown'));
    const path = deploymentsPath(cluster.namespace, 'shown');
    assert.deepEqual(await cells(path), ['shown', '0/0', 0, 0, 'main', 'example/main:1', 'app=shown']);
  });

  it('show a service', async () => {
    const created = await cluster.client.created(servicesPath(cluster.namespace), {
      metadata: { name: 'shown' },
      spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    const { clusterIP, ports } = created['spec'] as { clusterIP: string; ports: { nodePort: number }[] };
    const shownPorts = `80:${ports[0]?.nodePort ?? 0}/TCP`;
    const path = servicesPath(cluster.namespace, 'shown');
    assert.deepEqual(await cells(path), ['shown', 'NodePort', clusterIP, '<none>', shownPorts, 'app=web']);
  });

  it('show endpoints', async () => {
    const addresses = [1, 2, 3, 4].map((host) => ({ ip: `10.244.0.${host}` }));
    await cluster.client.created(endpointsPath(cluster.namespace), {
      metadata: { name: 'addresses' },
      subsets: [{ addresses, ports: [{ port: 8080 }] }],
    });
    const shown = '10.244.0.1:8080,10.244.0.2:8080,10.244.0.3:8080 + 1 more...';
    assert.deepEqual(await cells(endpointsPath(cluster.namespace, 'addresses')), ['addresses', shown]);
  });

  it('show a lease', async () => {
    const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 10 };
    await cluster.client.created(leasesPath(cluster.namespace), { metadata: { name: 'shown' }, spec });
    assert.deepEqual(await cells(leasesPath(cluster.namespace, 'shown')), ['shown', 'somebody']);
  });

  it('carry metadata, whole objects or none, as they are asked to', async () => {
    await cluster.client.created(endpointsPath(cluster.namespace), { metadata: { name: 'carried' } });
    const path = endpointsPath(cluster.namespace, 'carried');
    assert.equal((await table(path)).rows[0]?.object['kind'], 'PartialObjectMetadata');
    assert.equal((await table(`${path}?includeObject=Object`)).rows[0]?.object['kind'], 'Endpoints');
  });
});
