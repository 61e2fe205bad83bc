import assert from 'node:assert/strict';
import { dependenciesOf } from './dependencies.ts';
import { defaultStack, only, runStack, type Stack } from './stack.ts';

const set = { leaderService: 'true', namespace: 'demo' };
const metadata = { name: 'leader-elector-leader', namespace: 'demo' };
const slice = 'kubernetes:discovery.k8s.io/v1:EndpointSlice';

function leaderServiceOf({ resources }: Stack) {
  return resources.find(({ type, name }) => type === 'kubernetes:core/v1:Service' && name === metadata.name);
}

describe("the leader's Service", () => {
  let stack: Stack;
  before(async () => {
    stack = await runStack(set);
  });

  it('is not there, unless the config asks for it', async () => {
    const { resources } = await defaultStack();
    assert.deepEqual(
      resources.filter(({ type, name }) => type === slice || name === metadata.name),
      [],
    );
  });

  it('has no selector, and Pulumi does not wait for what is behind it', () => {
    assert.deepEqual(leaderServiceOf(stack)?.inputs, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: { 'pulumi.com/skipAwait': 'true' } },
      spec: { ports: [{ name: 'http', port: 80, targetPort: 8081 }] },
    });
  });

  it('has an EndpointSlice that says nothing of endpoints, which are the leader’s to write', () => {
    assert.deepEqual(only(stack, slice).inputs, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...metadata,
        labels: {
          'kubernetes.io/service-name': 'leader-elector-leader',
          'endpointslice.kubernetes.io/managed-by': 'leader-elector',
        },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8081, protocol: 'TCP' }],
    });
  });

  it('is there before any pod', async () => {
    const dependencies = await dependenciesOf('kubernetes:apps/v1:Deployment', () => runStack(set));
    assert.ok(dependencies.some((urn) => urn.includes(`${slice}::`)));
  });

  it('is let in by the NetworkPolicy', async () => {
    const { inputs } = only(
      await runStack({ ...set, networkPolicy: 'true' }),
      'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    );
    assert.deepEqual((inputs['spec'] as { ingress: unknown }).ingress, [
      {
        ports: [
          { protocol: 'TCP', port: 8080 },
          { protocol: 'TCP', port: 8081 },
        ],
      },
    ]);
  });

  for (const scope of ['namespace', 'cluster'])
    it(`needs rights to that one EndpointSlice, in its namespace alone: ${scope}`, async () => {
      const { resources } = await runStack({ ...set, scope });
      const apiGroups = ['discovery.k8s.io'];
      const resourceNames = [metadata.name];
      const granted = resources.flatMap(({ type, inputs }) =>
        ((inputs['rules'] ?? []) as { apiGroups: string[] }[])
          .filter((rule) => rule.apiGroups.includes('discovery.k8s.io'))
          .map((rule) => [type, rule]),
      );
      const role = 'kubernetes:rbac.authorization.k8s.io/v1:Role';
      assert.deepEqual(granted, [
        [role, { apiGroups, resources: ['endpointslices'], resourceNames, verbs: ['get', 'update'] }],
        [role, { apiGroups, resources: ['endpointslices/restricted'], resourceNames, verbs: ['create'] }],
      ]);
    });
});
