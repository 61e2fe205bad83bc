import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';
import { readySince } from './pod-conditions.ts';

const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Sorts first the pod that a ReplicaSet can best do without: one that has no node, is not running, is not ready, costs less by
 * `controller.kubernetes.io/pod-deletion-cost`, is ready for a shorter time, has restarted more often, or is younger.
 */
export function byDispensability(left: Stored<Pod>, right: Stored<Pod>): number {
  const leftRank = rank(left);
  const rightRank = rank(right);
  const different = leftRank.findIndex((value, index) => value !== rightRank[index]);
  return different === -1 ? 0 : (leftRank[different] ?? 0) - (rightRank[different] ?? 0);
}

/** Lower values are dispensed with first; earlier ones count more. */
function rank(pod: Stored<Pod>): number[] {
  const { metadata, spec, status } = pod;
  const since = readySince(pod);
  const restarts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return [
    spec?.nodeName ? 1 : 0,
    phaseRank[status?.phase ?? ''] ?? 0,
    since === undefined ? 0 : 1,
    Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    -(since ?? 0),
    -Math.max(0, ...restarts),
    -Date.parse(metadata.creationTimestamp ?? ''),
  ];
}
