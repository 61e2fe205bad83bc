import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../client/resource-client.ts';

/** How many pods a rolling update may have above and below the wanted number. */
export interface RollingBounds {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** A ReplicaSet and the number of replicas that it should ask for. */
export interface Scaling {
  readonly replicaSet: Stored<ReplicaSet>;
  readonly replicas: number;
}

/** The bounds of a deployment: percentages of the wanted replicas round up for the surge, down for the other. */
export function rollingBounds({ spec }: Deployment): RollingBounds {
  const replicas = spec?.replicas ?? 1;
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec?.strategy?.rollingUpdate ?? {};
  const surge = absolute(maxSurge, replicas, Math.ceil);
  const unavailable = absolute(maxUnavailable, replicas, Math.floor);
  // With neither, an update could never begin.
  return {
    maxSurge: surge,
    maxUnavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas),
  };
}

/** How many replicas the new ReplicaSet should ask for, given what the old ones still have. */
export function newReplicas(
  wanted: number,
  bounds: RollingBounds,
  current: number,
  old: readonly ReplicaSet[],
): number {
  if (current >= wanted) return wanted;
  const room = wanted + bounds.maxSurge - current - sum(old, replicasOf);
  return current + Math.max(0, Math.min(room, wanted - current));
}

/** The old ReplicaSets that can be made smaller now: first by their unavailable pods, oldest first. */
export function shrinkOld(
  wanted: number,
  { maxUnavailable }: RollingBounds,
  current: Stored<ReplicaSet>,
  old: readonly Stored<ReplicaSet>[],
): Scaling[] {
  const all = [...old, current];
  const leastAvailable = wanted - maxUnavailable;
  const newUnavailable = replicasOf(current) - availableOf(current);
  let removable = Math.max(0, sum(all, replicasOf) - leastAvailable - newUnavailable);
  const targets = new Map(old.map((replicaSet) => [replicaSet, replicasOf(replicaSet)]));
  const oldestFirst = [...old].sort((left, right) => createdAt(left) - createdAt(right));
  const shrink = (replicaSet: Stored<ReplicaSet>, by: number) => {
    targets.set(replicaSet, (targets.get(replicaSet) ?? 0) - by);
    removable -= by;
  };
  for (const replicaSet of oldestFirst)
    shrink(replicaSet, Math.min(removable, Math.max(0, replicasOf(replicaSet) - availableOf(replicaSet))));
  let spare = Math.max(0, sum(all, availableOf) - leastAvailable);
  for (const replicaSet of oldestFirst) {
    const by = Math.min(spare, removable, targets.get(replicaSet) ?? 0);
    spare -= by;
    shrink(replicaSet, by);
  }
  return [...targets]
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }))
    .filter(({ replicaSet, replicas }) => replicas !== replicasOf(replicaSet));
}

/** How many replicas a ReplicaSet asks for. */
export function replicasOf({ spec }: ReplicaSet): number {
  return spec?.replicas ?? 1;
}

/** The sum of a count over ReplicaSets. */
export function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

function availableOf(replicaSet: ReplicaSet): number {
  return Math.min(replicaSet.status?.availableReplicas ?? 0, replicasOf(replicaSet));
}

function createdAt({ metadata }: ReplicaSet): number {
  return Date.parse(metadata?.creationTimestamp ?? '');
}

/** A number, or a percentage of another one, rounded. */
export function absolute(value: number | string, of: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseFloat(value) / 100) * of);
}
