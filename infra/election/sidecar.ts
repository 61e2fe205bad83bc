import type { Input } from '@pulumi/pulumi';
import type { LockKind } from '../../base/lock-kinds.ts';
import { electorName, electorPort } from '../names.ts';
import type { Container, PodSpec, PodTemplate, Volume } from './pod-template.ts';

/** What an elector in a pod is told. */
export interface SidecarArgs {
  /** The elector's image. */
  readonly image: Input<string>;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** The ServiceAccount that may take part in the election. */
  readonly serviceAccountName: Input<string>;
  /** The name of the object that holds the lock. */
  readonly election: string;
  /** The kind of object that holds the lock. */
  readonly lock: LockKind;
  /** How long the lock stays held without a renewal, in seconds. */
  readonly ttlSeconds: number;
  /** Stand only while this URL answers 2xx, such as `http://localhost:8080/healthz`; null: always. */
  readonly appHealthUrl: string | null;
  /** Labels of the workload's pods, old and new, among which a leader that hands over names its successor; null: it names none. */
  readonly podSelector: Readonly<Record<string, string>> | null;
  /** The Service, and the EndpointSlice of its name, that are to lead to the leader; null: there are none. */
  readonly leaderService: string | null;
  /** Whether the elector is a native sidecar (from Kubernetes 1.29 on) rather than a plain container. */
  readonly nativeSidecar: boolean;
}

/** A pod template with an elector in it, or why it can have none: a clause each. */
export type Attached = { readonly template: PodTemplate } | { readonly obstacles: readonly string[] };

// What the elector and the app share, and nobody outside of the pod has.
const shared = { name: 'leader-elector', mountPath: '/var/run/leader-elector' };

// Where the elector leaves the token by which it knows the app.
const tokenFile = `${shared.mountPath}/token`;
const tokenFlag = `--token-file=${tokenFile}`;

// The API's token, as Kubernetes itself would mount it into every container: only the elector has a use for it.
const apiAccess = {
  name: 'leader-elector-api-access',
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};

const volumes: Volume[] = [
  { name: shared.name, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  {
    name: apiAccess.name,
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  },
];

// Kubernetes' own default for a pod.
const usualGraceSeconds = 30;
// What an elector may need to release the lock after the last validity it gave out has run out.
const releaseSeconds = 5;

// Whom the elector's image runs as where nobody says otherwise (elector/Dockerfile).
const imageUser = 1000;

/**
 * The pod template with an elector in it, and with what its containers need to ask it: ELECTOR_URL, ELECTOR_GET_URL (`GET /`) and
 * ELECTOR_SSE_URL (`GET /events`), the names that nais has, and ELECTOR_TOKEN_FILE. Done twice it is the same as done once.
 */
export function attachElector(template: PodTemplate, args: SidecarArgs): Attached {
  const own = withoutElector(template.spec);
  const obstacles = obstaclesIn(own);
  if (obstacles.length > 0) return { obstacles };
  const { terminationGracePeriodSeconds: grace = usualGraceSeconds } = own;
  const neededGrace = args.ttlSeconds + releaseSeconds;
  const elector = electorContainer(args, own);
  const containers = own.containers.map(withElectorAccess);
  const { initContainers = [] } = own;
  return {
    template: {
      ...template,
      spec: {
        ...own,
        serviceAccountName: args.serviceAccountName,
        ...(grace < neededGrace && { terminationGracePeriodSeconds: neededGrace }),
        // Last: the kubelet starts a native sidecar right before the app, and stops it after the app has ended; and of plain containers the
        // first is the one whose logs kubectl shows.
        ...(args.nativeSidecar
          ? { initContainers: [...initContainers, { ...elector, restartPolicy: 'Always' }], containers }
          : { containers: [...containers, elector] }),
        volumes: [...(own.volumes ?? []), ...volumes],
      },
    },
  };
}

/** The spec without an elector that this attached before. */
function withoutElector({ initContainers, containers, volumes: present, ...spec }: PodSpec): PodSpec {
  const all = [...(initContainers ?? []), ...containers];
  if (!all.some(isElector)) return { ...spec, ...lists({ initContainers, volumes: present }), containers };
  return {
    ...spec,
    ...lists({
      initContainers: initContainers?.filter((container) => !isElector(container)),
      volumes: present?.filter(({ name }) => volumes.every((volume) => volume.name !== name)),
    }),
    containers: containers.filter((container) => !isElector(container)),
  };
}

/** Those of the lists that have something in them. */
function lists(given: { initContainers: Container[] | undefined; volumes: Volume[] | undefined }) {
  const { initContainers = [], volumes: others = [] } = given;
  return {
    ...(initContainers.length > 0 && { initContainers }),
    ...(others.length > 0 && { volumes: others }),
  };
}

function isElector({ name, args = [] }: Container): boolean {
  return name === electorName && args.includes(tokenFlag);
}

function obstaclesIn({
  initContainers = [],
  containers,
  volumes: present = [],
  hostNetwork,
}: PodSpec): string[] {
  const all = [...initContainers, ...containers];
  const named = all.filter(({ name }) => name === electorName);
  const listening = all.filter(({ ports = [] }) =>
    ports.some(({ containerPort }) => containerPort === electorPort),
  );
  const mounting = all.filter(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name, mountPath }) => mountPath === shared.mountPath && name !== shared.name),
  );
  const taken = present.filter(({ name }) => volumes.some((volume) => volume.name === name));
  return [
    ...named.map(({ name }) => `it has a container "${name}" of its own`),
    ...listening.map(
      ({ name }) => `its container "${name}" has the port ${electorPort}, which is the elector's`,
    ),
    ...mounting.map(
      ({ name }) => `its container "${name}" has something else mounted at ${shared.mountPath}`,
    ),
    ...taken.map(({ name }) => `it has a volume "${name}" of its own`),
    ...(hostNetwork
      ? [`it is on the host's network, where the elector would open port ${electorPort} to everybody`]
      : []),
  ];
}

/** A container of the pod, with the way to the elector. What it sets itself stays. */
function withElectorAccess({ env = [], volumeMounts = [], ...container }: Container): Container {
  const url = `http://localhost:${electorPort}`;
  const variables = [
    { name: 'ELECTOR_URL', value: url },
    { name: 'ELECTOR_GET_URL', value: `${url}/` },
    { name: 'ELECTOR_SSE_URL', value: `${url}/events` },
    { name: 'ELECTOR_TOKEN_FILE', value: tokenFile },
  ].filter(({ name }) => env.every((present) => present.name !== name));
  const isMounted = volumeMounts.some(({ mountPath }) => mountPath === shared.mountPath);
  return {
    ...container,
    env: [...env, ...variables],
    volumeMounts: isMounted ? volumeMounts : [...volumeMounts, { ...shared, readOnly: true }],
  };
}

/** The sidecar that takes part in the election and tells the pod who leads. It meets the Pod Security Standard `restricted`. */
function electorContainer(
  {
    image,
    imagePullPolicy,
    election,
    lock,
    ttlSeconds,
    appHealthUrl,
    podSelector,
    leaderService,
  }: SidecarArgs,
  { securityContext: ofPod }: PodSpec,
): Container {
  const alive = { path: '/healthz', port: 'elector' };
  return {
    name: electorName,
    image,
    imagePullPolicy,
    args: [
      `--election=${election}`,
      '--id=$(POD_NAME)',
      // Without a host it serves IPv4 and IPv6, whichever the cluster asks by first.
      `--http=:${electorPort}`,
      `--ttl=${ttlSeconds}s`,
      `--lock=${lock}`,
      '--use-cluster-credentials=true',
      ...(appHealthUrl === null ? [] : [`--app-health-url=${appHealthUrl}`]),
      ...(podSelector === null ? [] : [`--pod-selector=${selectorText(podSelector)}`]),
      ...(leaderService === null ? [] : [`--leader-service=${leaderService}`, '--pod-ip=$(POD_IP)']),
      tokenFlag,
    ],
    env: [
      // The pod's own name, which is its identity in the election.
      fromPod('POD_NAME', 'metadata.name'),
      ...(leaderService === null ? [] : [fromPod('POD_IP', 'status.podIP')]),
    ],
    ports: [{ name: 'elector', containerPort: electorPort }],
    volumeMounts: [shared, { ...apiAccess, readOnly: true }],
    // As a native sidecar it holds the app back until it has started, so it is asked often and early.
    startupProbe: { httpGet: alive, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60 },
    livenessProbe: { httpGet: alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'elector' }, periodSeconds: 2, timeoutSeconds: 5 },
    // Measured: 5m and 33Mi at rest, 40Mi with 200 event streams and 1300 requests a second; it takes 1.2 s of CPU to start. docs/bench.md
    // says how.
    resources: {
      requests: { cpu: '10m', memory: '48Mi' },
      limits: { cpu: '1', memory: '128Mi' },
    },
    securityContext: {
      runAsNonRoot: true,
      // In a pod that makes all its containers root the kubelet would refuse this one.
      ...(ofPod?.runAsUser === 0 && { runAsUser: imageUser }),
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
