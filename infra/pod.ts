import type { types } from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { LockKind } from '../base/lock-kinds.ts';
import { appName, appPort, electorName, electorPort, serviceName } from './names.ts';

type Container = types.input.core.v1.Container;

/** What a pod is made of, and the election it stands in. */
export interface PodArgs {
  /** The images of the two containers. */
  readonly images: { readonly elector: pulumi.Input<string>; readonly app: pulumi.Input<string> };
  /** The ServiceAccount that may take part in the election. */
  readonly serviceAccountName: pulumi.Input<string>;
  /** The name of the object that holds the lock. */
  readonly election: string;
  /** The kind of object that holds the lock. */
  readonly lock: LockKind;
  /** How long the lock stays held without a renewal, in seconds. */
  readonly ttlSeconds: number;
  /** Whether the elector is a native sidecar (from Kubernetes 1.29 on) rather than a plain container. */
  readonly nativeSidecar: boolean;
}

// What an elector may need to release the lock after the last validity it gave out has run out.
const releaseSeconds = 5;

/** The spec of a pod that stands for election; it meets the Pod Security Standard `restricted`. */
export function podSpec(args: PodArgs): types.input.core.v1.PodSpec {
  const app = appContainer(args);
  const elector = electorContainer(args);
  return {
    serviceAccountName: args.serviceAccountName,
    // The app has no use for the API: only the elector mounts a token.
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: args.ttlSeconds + releaseSeconds,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [{ name: shared.name, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, apiAccess],
    // The kubelet starts a native sidecar before the app and stops it after the app has ended.
    ...(args.nativeSidecar
      ? { initContainers: [{ ...elector, restartPolicy: 'Always' }], containers: [app] }
      : { containers: [elector, app] }),
  };
}

// What the elector and the app share, and nobody outside of the pod has.
const shared = { name: 'elector', mountPath: '/var/run/leader-elector' };

// Where the elector leaves the token by which it knows the app.
const tokenFile = `${shared.mountPath}/token`;

// What Kubernetes itself would mount into every container, by the name of its controller for that.
const apiAccess = {
  name: 'kube-api-access',
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};
const apiAccessMount = {
  name: apiAccess.name,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
};

// The pod's own name, which is its identity in the election.
const podName = { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };
const podIp = { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };

/** The sidecar that takes part in the election and tells the app who leads. */
function electorContainer({ images, election, lock, ttlSeconds }: PodArgs): Container {
  const alive = { path: '/healthz', port: 'elector' };
  return {
    ...restricted(images.elector),
    name: electorName,
    args: [
      `--election=${election}`,
      '--id=$(POD_NAME)',
      // Without a host it serves IPv4 and IPv6, whichever the cluster asks by first.
      `--http=:${electorPort}`,
      `--ttl=${ttlSeconds}s`,
      `--lock=${lock}`,
      '--use-cluster-credentials=true',
      `--app-health-url=http://localhost:${appPort}/healthz`,
      `--token-file=${tokenFile}`,
    ],
    env: [podName],
    ports: [{ name: 'elector', containerPort: electorPort }],
    volumeMounts: [shared, apiAccessMount],
    // As a native sidecar it holds the app back until it has started, so it is asked often and early.
    startupProbe: { httpGet: alive, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60 },
    livenessProbe: { httpGet: alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'elector' }, periodSeconds: 2, timeoutSeconds: 5 },
  };
}

/** The app: a page that shows who leads, as the elector beside it says. */
function appContainer({ images, ttlSeconds }: PodArgs): Container {
  return {
    ...restricted(images.app),
    name: appName,
    env: [
      podName,
      podIp,
      { name: 'ELECTOR_URL', value: `http://localhost:${electorPort}` },
      { name: 'ELECTOR_TOKEN_FILE', value: tokenFile },
      { name: 'LEASE_DURATION_SECONDS', value: String(ttlSeconds) },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      // Pods tell each other how they are, for the page to show; whichever the Service chooses answers.
      { name: 'PODS_URL', value: `http://${serviceName}` },
    ],
    ports: [{ name: 'http', containerPort: appPort }],
    volumeMounts: [{ ...shared, readOnly: true }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'http' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, timeoutSeconds: 5 },
  };
}

/** What both containers have in common: an image that is on the node already, few rights, and little to run on. */
function restricted(image: pulumi.Input<string>): Omit<Container, 'name'> {
  return {
    image,
    // The images are built on the node, in no registry: without this, a missing one would be looked for on Docker Hub.
    imagePullPolicy: 'Never',
    resources: {
      requests: { cpu: '20m', memory: '64Mi' },
      limits: { cpu: '1', memory: '128Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  };
}
