import assert from 'node:assert/strict';
import type { PodSpec } from '../../infra/election/pod-template.ts';
import { attachElector, type SidecarArgs } from '../../infra/election/sidecar.ts';
import { appHealthUrl, podTemplate, type PodArgs } from '../../infra/pod.ts';
import { changedStack, only } from './stack.ts';

const common = { imagePullPolicy: 'Never', ttlSeconds: 12 } as const;
const sidecar: SidecarArgs = {
  ...common,
  election: 'my-election',
  lock: 'endpoints',
  image: 'leader-elector:1',
  serviceAccountName: 'leader-elector',
  appHealthUrl,
  podSelector: { app: 'leader-elector' },
  leaderService: null,
  nativeSidecar: true,
};

/** The spec of a pod of the app with an elector. */
function podSpec(args: SidecarArgs, changed: Partial<PodArgs> = {}): PodSpec {
  const template = podTemplate({
    ...common,
    image: 'nodejs-le:2',
    imagePullSecret: '',
    leaderService: false,
    ...changed,
  });
  const attached = attachElector(template, args);
  assert.ok('template' in attached);
  return attached.template.spec;
}

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};
const restricted = {
  imagePullPolicy: 'Never',
  securityContext,
};
const podName = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };

const elector = {
  ...restricted,
  // It meets the Pod Security Standard "restricted" whatever the pod says.
  securityContext: { ...securityContext, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '1', memory: '128Mi' } },
  name: 'leader-elector',
  image: 'leader-elector:1',
  args: [
    '--election=my-election',
    '--id=$(POD_NAME)',
    '--http=:4040',
    '--ttl=12s',
    '--lock=endpoints',
    '--use-cluster-credentials=true',
    '--app-health-url=http://localhost:8080/healthz',
    '--pod-selector=app=leader-elector',
    '--token-file=/var/run/leader-elector/token',
  ],
  env: [podName],
  ports: [{ name: 'elector', containerPort: 4040 }],
  volumeMounts: [
    { name: 'leader-elector', mountPath: '/var/run/leader-elector' },
    {
      name: 'leader-elector-api-access',
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    },
  ],
  startupProbe: {
    httpGet: { path: '/healthz', port: 'elector' },
    periodSeconds: 1,
    timeoutSeconds: 5,
    failureThreshold: 60,
  },
  livenessProbe: {
    httpGet: { path: '/healthz', port: 'elector' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: { httpGet: { path: '/readyz', port: 'elector' }, periodSeconds: 2, timeoutSeconds: 5 },
};

const app = {
  ...restricted,
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '1', memory: '192Mi' } },
  name: 'nodejs-le',
  image: 'nodejs-le:2',
  env: [
    podName,
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'LEASE_DURATION_SECONDS', value: '12' },
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'PODS_URL', value: 'http://leader-elector-service' },
    { name: 'ELECTOR_URL', value: 'http://localhost:4040' },
    { name: 'ELECTOR_GET_URL', value: 'http://localhost:4040/' },
    { name: 'ELECTOR_SSE_URL', value: 'http://localhost:4040/events' },
    { name: 'ELECTOR_TOKEN_FILE', value: '/var/run/leader-elector/token' },
  ],
  ports: [{ name: 'http', containerPort: 8080 }],
  volumeMounts: [{ name: 'leader-elector', mountPath: '/var/run/leader-elector', readOnly: true }],
  livenessProbe: {
    httpGet: { path: '/healthz', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, timeoutSeconds: 5 },
};

const pod = {
  serviceAccountName: 'leader-elector',
  // The elector alone has a token for the API.
  automountServiceAccountToken: false,
  // Long enough to release after the last validity given out, which a lease bounds, has run out.
  terminationGracePeriodSeconds: 17,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  // As far from each other as the nodes allow.
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'leader-elector' } },
    },
  ],
  // The elector's token, by which it knows the app, is in memory and in this pod alone.
  volumes: [
    { name: 'leader-elector', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    {
      name: 'leader-elector-api-access',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
  ],
};

const withoutSuccessor = elector.args.filter((flag) => !flag.startsWith('--pod-selector'));

describe('the pod', () => {
  it('has the elector as a native sidecar and the app as its container', () => {
    assert.deepEqual(podSpec(sidecar), {
      ...pod,
      initContainers: [{ ...elector, restartPolicy: 'Always' }],
      containers: [app],
    });
  });

  it('has two plain containers where native sidecars are switched off', () => {
    assert.deepEqual(podSpec({ ...sidecar, nativeSidecar: false }), { ...pod, containers: [app, elector] });
  });

  it('has the Secret that its images are pulled with, where there is one', () => {
    assert.deepEqual(podSpec(sidecar, { imagePullSecret: 'pull' }).imagePullSecrets, [{ name: 'pull' }]);
  });

  it('has a port of the leader, where a Service leads there', () => {
    const [container] = podSpec(sidecar, { leaderService: true }).containers;
    assert.deepEqual(container?.ports?.at(-1), { name: 'leader', containerPort: 8081 });
    assert.ok(container.env?.some(({ name, value }) => name === 'LEADER_PORT' && value === '8081'));
  });

  it('is what the Deployment makes: here with the other kind of lock, no successor, and two plain containers', async () => {
    const stack = await changedStack();
    const { spec } = only(stack, 'kubernetes:apps/v1:Deployment').inputs as {
      spec: { template: { spec: { containers: { image: string }[] } } };
    };
    const [first, second] = spec.template.spec.containers;
    assert.match(first?.image ?? '', /^nodejs-le:[0-9a-f]{12}$/);
    assert.match(second?.image ?? '', /^leader-elector:[0-9a-f]{12}$/);
    assert.deepEqual(spec.template.spec, {
      ...pod,
      containers: [
        { ...app, image: first?.image },
        { ...elector, image: second?.image, args: withoutSuccessor.with(4, '--lock=leases') },
      ],
    });
  });
});
