import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { ApiStatusError } from '../api-server/api.ts';
import { timestamp } from '../api-server/timestamp.ts';
import { eventRecorder } from '../client/event-recorder.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { Stored } from '../client/resource-client.ts';
import { WorkQueue, keyOf, splitKey } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';
import { claim, controllerOf, controllerReference } from './ownership.ts';
import { isActive, isReady, readySince } from './pod-conditions.ts';
import { byDispensability } from './pod-deletion-order.ts';

const identity = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };

/** Keeps as many pods of each ReplicaSet as it asks for. Returns what ends that. */
export function startReplicaSetController(context: ControllerContext): () => void {
  const { api, kube, clock } = context;
  const record = eventRecorder(api, clock, 'replicaset-controller');
  const queue = new WorkQueue(clock, (key) => reconcile(context, record, key));
  const ends = [
    kube.replicaSets.watch((_, { metadata }) => queue.add(keyOf(metadata.namespace, metadata.name))),
    kube.pods.watch((_, pod) => {
      for (const key of concerned(context, pod)) queue.add(key);
    }),
  ];
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

/** The ReplicaSet that controls a pod; for a pod without controller, those that may want it. */
function concerned({ kube }: ControllerContext, pod: Stored<Pod>): string[] {
  const { namespace } = pod.metadata;
  const controller = controllerOf(pod);
  if (controller) return controller.kind === identity.kind ? [keyOf(namespace, controller.name)] : [];
  return kube.replicaSets
    .list({ namespace: namespace ?? null })
    .map(({ metadata }) => keyOf(namespace, metadata.name));
}

function reconcile(context: ControllerContext, record: RecordEvent, key: string): number | undefined {
  const { namespace, name } = splitKey(key);
  const replicaSet = context.kube.replicaSets.find(namespace, name);
  if (!replicaSet?.spec || replicaSet.metadata.deletionTimestamp !== undefined) return undefined;
  const pods = claim(context.kube.pods, { ...identity, object: replicaSet }, replicaSet.spec.selector).filter(
    isActive,
  );
  const failure = attempt(() => scale(context, record, replicaSet, pods));
  const againMs = reportStatus(context, replicaSet, failure);
  if (failure) throw failure;
  return againMs;
}

function attempt(work: () => void): ApiStatusError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ApiStatusError) return error;
    throw error;
  }
}

function scale(
  { kube }: ControllerContext,
  record: RecordEvent,
  replicaSet: Stored<ReplicaSet>,
  pods: readonly Stored<Pod>[],
): void {
  const subject = { ...identity, object: replicaSet };
  const wanted = replicaSet.spec?.replicas ?? 1;
  for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
    try {
      const pod = kube.pods.create(podFrom(replicaSet));
      record(subject, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (error instanceof ApiStatusError)
        record(subject, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      throw error;
    }
  }
  for (const pod of [...pods].sort(byDispensability).slice(0, Math.max(0, pods.length - wanted))) {
    kube.pods.delete(pod);
    record(subject, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
}

function podFrom(replicaSet: Stored<ReplicaSet>): Pod {
  const { namespace, name } = replicaSet.metadata;
  const { metadata, spec } = replicaSet.spec?.template ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerReference({ ...identity, object: replicaSet })],
    },
    ...(spec ? { spec } : {}),
  };
}

/** Writes what the pods are like now. Returns in how many milliseconds the next of them becomes available. */
function reportStatus(
  { kube, clock }: ControllerContext,
  replicaSet: Stored<ReplicaSet>,
  failure: ApiStatusError | undefined,
): number | undefined {
  const owner = { ...identity, object: replicaSet };
  const pods = claim(kube.pods, owner, replicaSet.spec?.selector ?? {}).filter(isActive);
  const minReadyMs = (replicaSet.spec?.minReadySeconds ?? 0) * 1000;
  const untilAvailable = pods.flatMap((pod) => {
    const since = readySince(pod);
    return since === undefined ? [] : [Math.max(0, since + minReadyMs - clock.wall())];
  });
  const templateLabels = Object.entries(replicaSet.spec?.template?.metadata?.labels ?? {});
  const isFullyLabeled = ({ metadata }: Pod) =>
    templateLabels.every(([label, value]) => metadata?.labels?.[label] === value);
  const status: ReplicaSetStatus = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.filter(isFullyLabeled).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: untilAvailable.filter((ms) => ms === 0).length,
    observedGeneration: replicaSet.metadata.generation ?? 1,
    ...(failure ? { conditions: [replicaFailure(failure, replicaSet, clock.wall())] } : {}),
  };
  if (!isDeepStrictEqual(status, replicaSet.status)) kube.replicaSets.updateStatus({ ...replicaSet, status });
  const waits = untilAvailable.filter((ms) => ms > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}

function replicaFailure(
  { message }: ApiStatusError,
  { status }: Stored<ReplicaSet>,
  now: number,
): ReplicaSetCondition {
  const type = 'ReplicaFailure';
  const before = status?.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime = before?.lastTransitionTime ?? timestamp(now);
  return { type, status: 'True', reason: 'FailedCreate', message, lastTransitionTime };
}
