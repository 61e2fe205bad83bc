import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import type { Clientset } from '../client/clientset.ts';
import { eventRecorder } from '../client/event-recorder.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { Stored, Writable } from '../client/resource-client.ts';
import { WorkQueue, keyOf, splitKey } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';
import { beyondHistory, createReplicaSet, markRevision, revisionsOf } from './deployment-revisions.ts';
import type { Revisions } from './deployment-revisions.ts';
import { deploymentStatus, untilProgressDeadline } from './deployment-status.ts';
import { claim, controllerOf } from './ownership.ts';
import { hasEnded } from './pod-conditions.ts';
import { newReplicas, replicasOf, rollingBounds, shrinkOld } from './rolling-update.ts';
import type { Scaling } from './rolling-update.ts';

const identity = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Moves each Deployment's pods to its present template and number of replicas. Returns what ends that. */
export function startDeploymentController(context: ControllerContext): () => void {
  const { api, kube, clock } = context;
  const record = eventRecorder(api, clock, 'deployment-controller');
  const queue = new WorkQueue(clock, (key) => reconcile(context, record, key));
  const ends = [
    kube.deployments.watch((_, { metadata }) => queue.add(keyOf(metadata.namespace, metadata.name))),
    kube.replicaSets.watch((_, replicaSet) => {
      for (const key of concerned(context, replicaSet)) queue.add(key);
    }),
    // The last old pod's end is what a deployment that recreates its pods waits for.
    kube.pods.watch((type, pod) => {
      if (type !== 'DELETED') return;
      const replicaSet = kube.replicaSets.find(pod.metadata.namespace ?? null, controllerOf(pod)?.name ?? '');
      if (replicaSet) for (const key of concerned(context, replicaSet)) queue.add(key);
    }),
  ];
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

/** The Deployment that controls a ReplicaSet; for a ReplicaSet without controller, those that may want it. */
function concerned({ kube }: ControllerContext, replicaSet: Stored<Writable>): string[] {
  const { namespace } = replicaSet.metadata;
  const controller = controllerOf(replicaSet);
  if (controller) return controller.kind === identity.kind ? [keyOf(namespace, controller.name)] : [];
  return kube.deployments
    .list({ namespace: namespace ?? null })
    .map(({ metadata }) => keyOf(namespace, metadata.name));
}

function reconcile(context: ControllerContext, record: RecordEvent, key: string): number | undefined {
  const { kube, clock } = context;
  const { namespace, name } = splitKey(key);
  const deployment = kube.deployments.find(namespace, name);
  if (!deployment?.spec || deployment.metadata.deletionTimestamp !== undefined) return undefined;
  const owner = { ...identity, object: deployment };
  const claimed = () => claim(kube.replicaSets, owner, deployment.spec?.selector ?? {});

  const numbered = deployment.spec.paused ? deployment : ensureRevision(context, deployment, claimed());
  const revisions = revisionsOf(numbered, claimed());
  for (const scaling of due(kube, numbered, revisions)) scale(context, record, numbered, scaling);
  for (const replicaSet of beyondHistory(numbered, revisions)) kube.replicaSets.delete(replicaSet);
  return reportStatus(context, numbered, revisionsOf(numbered, claimed()), clock.wall());
}

/** Sees to it that there is a ReplicaSet of the present template, numbered above the others. */
function ensureRevision(
  { kube }: ControllerContext,
  deployment: Stored<Deployment>,
  replicaSets: readonly Stored<ReplicaSet>[],
): Stored<Deployment> {
  const revisions = revisionsOf(deployment, replicaSets);
  const current = revisions.current ?? createReplicaSet(kube, deployment);
  return markRevision(kube, deployment, { ...revisions, current }).deployment;
}

/** What is to be scaled now. Growth comes first, so that shrinking sees what it brought. */
function due(kube: Clientset, deployment: Stored<Deployment>, { current, old }: Revisions): Scaling[] {
  if (!current) return [];
  const wanted = deployment.spec?.replicas ?? 1;
  if (deployment.spec?.paused)
    return replicasOf(current) === wanted || old.length > 0 ? [] : [scaling(current, wanted)];
  if (deployment.spec?.strategy?.type === 'Recreate') return recreate(kube, wanted, current, old);
  const bounds = rollingBounds(deployment);
  const replicas = newReplicas(wanted, bounds, replicasOf(current), old);
  if (replicas !== replicasOf(current)) return [scaling(current, replicas)];
  return shrinkOld(wanted, bounds, current, old);
}

function recreate(
  kube: Clientset,
  wanted: number,
  current: Stored<ReplicaSet>,
  old: Revisions['old'],
): Scaling[] {
  const active = old.filter((replicaSet) => replicasOf(replicaSet) > 0);
  if (active.length > 0) return active.map((replicaSet) => scaling(replicaSet, 0));
  const pods = kube.pods.list({ namespace: current.metadata.namespace ?? null });
  const isOld = (pod: Pod) => old.some(({ metadata }) => metadata.uid === controllerOf(pod)?.uid);
  const mustWait = pods.some((pod) => isOld(pod) && !hasEnded(pod));
  return mustWait || replicasOf(current) === wanted ? [] : [scaling(current, wanted)];
}

function scaling(replicaSet: Stored<ReplicaSet>, replicas: number): Scaling {
  return { replicaSet, replicas };
}

function scale(
  { kube }: ControllerContext,
  record: RecordEvent,
  deployment: Stored<Deployment>,
  { replicaSet, replicas }: Scaling,
): void {
  const before = replicasOf(replicaSet);
  if (!replicaSet.spec) return;
  const annotations = { ...replicaSet.metadata.annotations, ...purpose(deployment) };
  const metadata = { ...replicaSet.metadata, annotations };
  kube.replicaSets.update({ ...replicaSet, metadata, spec: { ...replicaSet.spec, replicas } });
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${replicas}`;
  record({ ...identity, object: deployment }, 'Normal', 'ScalingReplicaSet', message);
}

/** What a ReplicaSet is part of, as its annotations tell. */
function purpose(deployment: Deployment): Record<string, string> {
  const desired = deployment.spec?.replicas ?? 1;
  const most =
    desired + (deployment.spec?.strategy?.type === 'Recreate' ? 0 : rollingBounds(deployment).maxSurge);
  return {
    'deployment.kubernetes.io/desired-replicas': String(desired),
    'deployment.kubernetes.io/max-replicas': String(most),
  };
}

function reportStatus(
  { kube }: ControllerContext,
  deployment: Stored<Deployment>,
  revisions: Revisions,
  now: number,
): number | undefined {
  const status = deploymentStatus(deployment, revisions, now);
  if (isDeepStrictEqual(status, deployment.status)) return untilProgressDeadline(deployment, now);
  return untilProgressDeadline(kube.deployments.updateStatus({ ...deployment, status }), now);
}
