import type { types } from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { electorVolume, podIp, podName, restricted, tokenFile } from './container.ts';
import { appName, appPort, electorPort } from './names.ts';

/** The app: a page that shows who leads, as the elector beside it says. A lease lasts `ttlSeconds`. */
export function appContainer(image: pulumi.Input<string>, ttlSeconds: number): types.input.core.v1.Container {
  return {
    ...restricted(image),
    name: appName,
    env: [
      podName,
      podIp,
      { name: 'ELECTOR_URL', value: `http://localhost:${electorPort}` },
      { name: 'ELECTOR_TOKEN_FILE', value: tokenFile },
      { name: 'LEASE_DURATION_SECONDS', value: String(ttlSeconds) },
    ],
    ports: [{ name: 'http', containerPort: appPort }],
    volumeMounts: [{ ...electorVolume.mount, readOnly: true }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'http' },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 2, timeoutSeconds: 5 },
  };
}
