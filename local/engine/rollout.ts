import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Clientset, Stored } from '../../cluster/index.ts';
import { UserError } from '../../base/user-error.ts';

/**
 * The Deployment once it has all its pods, of its present template and available.
 * @throws UserError that names it, where it makes no progress within its deadline or is deleted meanwhile
 */
export function rolledOut(kube: Clientset, deployment: Stored<Deployment>): Promise<Stored<Deployment>> {
  const { namespace = '', name, uid } = deployment.metadata;
  return untilSettled<Stored<Deployment>>((resolve, reject) =>
    kube.deployments.watch(
      (type, latest) => {
        if (latest.metadata.uid !== uid) return;
        const { generation } = latest.metadata;
        if (type === 'DELETED') reject(new UserError(`Deployment "${name}" was deleted`));
        if (latest.status?.observedGeneration !== generation) return;
        const progress = latest.status?.conditions?.find((one) => one.type === 'Progressing');
        if (progress?.status === 'False')
          reject(new UserError(`Deployment "${name}": ${progress.message ?? 'it makes no progress'}`));
        const isComplete = latest.status?.availableReplicas === latest.spec?.replicas;
        if (progress?.reason === 'NewReplicaSetAvailable' && isComplete) resolve(latest);
      },
      { namespace, fieldSelector: `metadata.name=${name}` },
    ),
  );
}

/** Resolves once the Deployment has no pod left. */
export async function podsGone(kube: Clientset, { metadata, spec }: Stored<Deployment>): Promise<void> {
  const { namespace = '' } = metadata;
  const labelSelector = Object.entries(spec?.selector.matchLabels ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  const selection = { namespace, labelSelector };
  await untilSettled<undefined>((resolve) => {
    const look = () => {
      if (kube.pods.list(selection).length === 0) resolve(undefined);
    };
    look();
    return kube.pods.watch(look, selection);
  });
}

/** Watches until the outcome is known. */
function untilSettled<T>(
  watch: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  let end = () => {};
  const outcome = new Promise<T>((resolve, reject) => (end = watch(resolve, reject)));
  return outcome.finally(() => end());
}
