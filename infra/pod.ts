import type { types } from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { appContainer } from './app-container.ts';
import { electorVolume } from './container.ts';
import { electorContainer } from './elector-container.ts';
import type { ElectorArgs } from './elector-container.ts';

/** What a pod is made of. */
export interface PodArgs extends ElectorArgs {
  /** The images of the two containers. */
  readonly images: { readonly elector: pulumi.Input<string>; readonly app: pulumi.Input<string> };
  /** The ServiceAccount that may take part in the election. */
  readonly serviceAccountName: pulumi.Input<string>;
  /** Whether the elector is a native sidecar (from Kubernetes 1.29 on) rather than a plain container. */
  readonly nativeSidecar: boolean;
}

// What an elector may need to release the lock after the last validity it gave out has run out.
const releaseSeconds = 5;

/** The spec of a pod that stands for election; it meets the Pod Security Standard `restricted`. */
export function podSpec(args: PodArgs): types.input.core.v1.PodSpec {
  const app = appContainer(args.images.app, args.ttlSeconds);
  const elector = electorContainer(args.images.elector, args);
  return {
    serviceAccountName: args.serviceAccountName,
    terminationGracePeriodSeconds: args.ttlSeconds + releaseSeconds,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [electorVolume.volume],
    // The kubelet starts a native sidecar before the app and stops it after the app has ended.
    ...(args.nativeSidecar
      ? { initContainers: [{ ...elector, restartPolicy: 'Always' }], containers: [app] }
      : { containers: [elector, app] }),
  };
}
