import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { omit } from '../../base/omit.ts';
import type { Clientset } from '../client/clientset.ts';
import { isConflict } from '../client/resource-client.ts';
import type { Stored } from '../client/resource-client.ts';
import { controllerReference } from './ownership.ts';
import { podTemplateHash, podTemplateHashLabel, withoutHash } from './pod-template-hash.ts';
import { replicasOf } from './rolling-update.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A deployment's ReplicaSets: the one of its present template, and those of earlier ones, oldest revision first. */
export interface Revisions {
  readonly current: Stored<ReplicaSet> | undefined;
  readonly old: readonly Stored<ReplicaSet>[];
}

/** Tells the ReplicaSet of the deployment's present template from the others. */
export function revisionsOf(
  deployment: Stored<Deployment>,
  replicaSets: readonly Stored<ReplicaSet>[],
): Revisions {
  const template = deployment.spec?.template;
  const current = replicaSets.find(
    ({ spec }) =>
      template && spec?.template && isDeepStrictEqual(withoutHash(spec.template), withoutHash(template)),
  );
  const old = replicaSets.filter((replicaSet) => replicaSet !== current);
  return { current, old: old.sort((left, right) => revisionOf(left) - revisionOf(right)) };
}

/**
 * Creates the ReplicaSet of the deployment's present template, without replicas. Where another template has its name,
 * counts the collision in the deployment's status and throws the conflict, so that the next try takes another name.
 */
export function createReplicaSet(kube: Clientset, deployment: Stored<Deployment>): Stored<ReplicaSet> {
  const collisions = deployment.status?.collisionCount ?? 0;
  try {
    return kube.replicaSets.create(replicaSetFrom(deployment, collisions));
  } catch (error) {
    const status = { ...deployment.status, collisionCount: collisions + 1 };
    if (isConflict(error)) kube.deployments.updateStatus({ ...deployment, status });
    throw error;
  }
}

/** Numbers the present ReplicaSet above all others, and the deployment likewise, which is no change of what that shall be. Returns both as they are then. */
export function markRevision(
  kube: Clientset,
  deployment: Stored<Deployment>,
  { current, old }: Revisions & { current: Stored<ReplicaSet> },
): { deployment: Stored<Deployment>; current: Stored<ReplicaSet> } {
  const highestOld = Math.max(0, ...old.map(revisionOf));
  const revision = String(Math.max(revisionOf(current), highestOld + 1));
  const inherited = omit(deployment.metadata.annotations ?? {}, lastApplied);
  return {
    current: annotate((object) => kube.replicaSets.update(object), current, {
      ...inherited,
      [revisionAnnotation]: revision,
    }),
    deployment: annotate((object) => kube.deployments.updateStatus(object), deployment, {
      [revisionAnnotation]: revision,
    }),
  };
}

/** The old ReplicaSets beyond the deployment's history limit: the oldest ones that have neither replicas nor pods. */
export function beyondHistory(deployment: Deployment, { old }: Revisions): Stored<ReplicaSet>[] {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const surplus = old.slice(0, Math.max(0, old.length - limit));
  return surplus.filter(
    (replicaSet) =>
      replicasOf(replicaSet) === 0 &&
      replicaSet.status?.replicas === 0 &&
      replicaSet.metadata.deletionTimestamp === undefined,
  );
}

function replicaSetFrom(deployment: Stored<Deployment>, collisions: number): ReplicaSet {
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec ?? { template: {}, selector: {} };
  const hash = podTemplateHash(template, collisions);
  const hashLabel = { [podTemplateHashLabel]: hash };
  const labels = { ...template.metadata?.labels, ...hashLabel };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [
        controllerReference({ apiVersion: 'apps/v1', kind: 'Deployment', object: deployment }),
      ],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hashLabel } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata?.annotations?.[revisionAnnotation] ?? 0);
}

function annotate<T extends Deployment | ReplicaSet>(
  write: (object: T) => Stored<T>,
  object: Stored<T>,
  annotations: Record<string, string>,
): Stored<T> {
  const merged = { ...object.metadata.annotations, ...annotations };
  if (isDeepStrictEqual(merged, object.metadata.annotations)) return object;
  return write({ ...object, metadata: { ...object.metadata, annotations: merged } });
}
