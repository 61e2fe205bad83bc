import type { Pod } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.js';
import { isDeepStrictEqual } from 'node:util';
import { matchesLabelSelector } from '../api-server/label-selector.ts';
import { timestamp } from '../api-server/timestamp.ts';
import type { Clientset } from '../client/clientset.ts';
import { eventRecorder } from '../client/event-recorder.ts';
import type { RecordEvent } from '../client/event-recorder.ts';
import type { ResourceClient, Stored, Writable } from '../client/resource-client.ts';
import { WorkQueue, keyOf, splitKey } from '../client/work-queue.ts';
import type { ControllerContext } from './controller-context.ts';
import { controllerOf } from './ownership.ts';
import { isReady } from './pod-conditions.ts';
import { absolute } from './rolling-update.ts';

/**
 * Keeps in the status of each PodDisruptionBudget how many of its pods may be evicted now, by the rules of
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/. Returns what ends that.
 */
export function startDisruptionController(context: ControllerContext): () => void {
  const { api, kube, clock } = context;
  const record = eventRecorder(api, clock, 'controllermanager');
  const queue = new WorkQueue(clock, (key) => {
    reconcile(context, record, key);
    return undefined;
  });
  const counted = [kube.pods, kube.replicaSets, kube.deployments] as readonly unknown[];
  const ends = [
    kube.podDisruptionBudgets.watch((_, { metadata }) => queue.add(keyOf(metadata.namespace, metadata.name))),
    // All budgets of the namespace: the labels may have been others before.
    ...counted.map((client) =>
      (client as ResourceClient<Writable>).watch((_, { metadata: { namespace = '' } }) => {
        for (const { metadata } of kube.podDisruptionBudgets.list({ namespace }))
          queue.add(keyOf(namespace, metadata.name));
      }),
    ),
  ];
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}

function reconcile({ kube, clock }: ControllerContext, record: RecordEvent, key: string): void {
  const { namespace, name } = splitKey(key);
  const budget = kube.podDisruptionBudgets.find(namespace, name);
  if (!budget) return;
  const { selector } = budget.spec ?? {};
  const pods = kube.pods
    .list({ namespace })
    .filter(({ metadata }) => selector && matchesLabelSelector(selector, metadata.labels ?? {}));
  const subject = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', object: budget };
  if (pods.length === 0) record(subject, 'Normal', 'NoPods', 'No matching pods found');
  const status = budgetStatus(kube, budget, pods, clock.wall());
  if (!isDeepStrictEqual(status, budget.status))
    kube.podDisruptionBudgets.updateStatus({ ...budget, status });
}

function budgetStatus(
  kube: Clientset,
  budget: Stored<PodDisruptionBudget>,
  pods: readonly Stored<Pod>[],
  now: number,
): PodDisruptionBudgetStatus {
  const { expectedPods, desiredHealthy } = wanted(kube, budget, pods);
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const currentHealthy = staying.filter(isReady).length;
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { generation: observedGeneration = 1 } = budget.metadata;
  const verdict = disruptionsAllowed > 0 ? allowed : refused;
  const [before] = budget.status?.conditions ?? [];
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : timestamp(now);
  return {
    conditions: [
      { type: 'DisruptionAllowed', ...verdict, message: '', observedGeneration, lastTransitionTime },
    ],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration,
  };
}

const allowed = { status: 'True', reason: 'SufficientPods' };
const refused = { status: 'False', reason: 'InsufficientPods' };

/** How many pods there should be, and how many of them must stay ready. */
function wanted(kube: Clientset, { spec }: PodDisruptionBudget, pods: readonly Stored<Pod>[]) {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  const expectedPods = scaleOf(kube, pods);
  const share = (value: number | string) => absolute(value, expectedPods, Math.ceil);
  if (minAvailable !== undefined) return { expectedPods, desiredHealthy: share(minAvailable) };
  if (maxUnavailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods, desiredHealthy: Math.max(0, expectedPods - share(maxUnavailable)) };
}

/** The replicas that the pods' controllers ask for. Pods without a controller are not counted. */
function scaleOf(kube: Clientset, pods: readonly Stored<Pod>[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const namespace = pod.metadata.namespace ?? null;
    const replicaSet = kube.replicaSets.find(namespace, controllerOf(pod)?.name ?? '');
    const deployment = replicaSet && kube.deployments.find(namespace, controllerOf(replicaSet)?.name ?? '');
    const scaled = deployment ?? replicaSet;
    if (scaled) scales.set(scaled.metadata.uid, scaled.spec?.replicas ?? 1);
  }
  return [...scales.values()].reduce((total, scale) => total + scale, 0);
}
