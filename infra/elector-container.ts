import type { types } from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { electorVolume, podName, restricted, tokenFile } from './container.ts';
import type { LockKind } from './lock-kinds.ts';
import { appPort, electorName, electorPort } from './names.ts';

/** The election an elector stands in. */
export interface ElectorArgs {
  /** The election's namespace. */
  readonly namespace: string;
  /** The name of the object that holds the lock. */
  readonly election: string;
  /** The kind of object that holds the lock. */
  readonly lock: LockKind;
  /** How long the lock stays held without a renewal, in seconds. */
  readonly ttlSeconds: number;
}

/** The sidecar that takes part in the election and tells the app who leads. */
export function electorContainer(
  image: pulumi.Input<string>,
  { namespace, election, lock, ttlSeconds }: ElectorArgs,
): types.input.core.v1.Container {
  const alive = { path: '/healthz', port: 'elector' };
  return {
    ...restricted(image),
    name: electorName,
    args: [
      `--election=${election}`,
      `--election-namespace=${namespace}`,
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
    volumeMounts: [electorVolume.mount],
    // As a native sidecar it holds the app back until it has started, so it is asked often and early.
    startupProbe: { httpGet: alive, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60 },
    livenessProbe: { httpGet: alive, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'elector' }, periodSeconds: 2, timeoutSeconds: 5 },
  };
}
