import type { Input } from '@pulumi/pulumi';
import type { SidecarArgs } from './election/sidecar.ts';
import type { PodTemplate } from './election/pod-template.ts';
import { appName, appPort, labels, leaderPort, serviceName } from './names.ts';

/** What the app's pod is made of. */
export interface PodArgs extends Pick<SidecarArgs, 'imagePullPolicy' | 'ttlSeconds'> {
  /** The app's image. */
  readonly image: Input<string>;
  /** The Secret with which both images are pulled; empty for none. */
  readonly imagePullSecret: string;
  /** Whether the app serves on a second port, for as long as its pod leads. */
  readonly leaderService: boolean;
}

/** Where the app says, inside its pod, whether it is healthy. */
export const appHealthUrl = `http://localhost:${appPort}/healthz`;

// The page ends at once.
const graceSeconds = 5;

const env = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** A pod of the app: a page that shows who leads, as the elector beside it says. It meets the Pod Security Standard `restricted`. */
export function podTemplate({
  image,
  imagePullPolicy,
  imagePullSecret,
  ttlSeconds,
  leaderService,
}: PodArgs): PodTemplate {
  return {
    metadata: { labels },
    spec: {
      ...(imagePullSecret !== '' && { imagePullSecrets: [{ name: imagePullSecret }] }),
      // The app has no use for the API.
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: graceSeconds,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      // A node that fails takes as few candidates with it as can be.
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
        },
      ],
      containers: [
        {
          name: appName,
          image,
          imagePullPolicy,
          env: [
            env('POD_NAME', 'metadata.name'),
            env('POD_IP', 'status.podIP'),
            { name: 'LEASE_DURATION_SECONDS', value: String(ttlSeconds) },
            env('POD_NAMESPACE', 'metadata.namespace'),
            // Pods tell each other how they are, for the page to show; whichever the Service chooses answers.
            { name: 'PODS_URL', value: `http://${serviceName}` },
            ...(leaderService ? [{ name: 'LEADER_PORT', value: String(leaderPort) }] : []),
          ],
          ports: [
            { name: 'http', containerPort: appPort },
            ...(leaderService ? [{ name: 'leader', containerPort: leaderPort }] : []),
          ],
          livenessProbe: {
            httpGet: { path: '/healthz', port: 'http' },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 3,
          },
          readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, timeoutSeconds: 5 },
          // Measured: 6m and 40Mi at rest, 68Mi with 500 viewers; it takes 1.4 s of CPU to start. docs/bench.md says how.
          resources: {
            requests: { cpu: '10m', memory: '64Mi' },
            limits: { cpu: '1', memory: '192Mi' },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
        },
      ],
    },
  };
}
