import type { Pod } from 'kubernetes-types/core/v1.js';

/** Whether a pod counts for its owner: neither ended nor being deleted. */
export function isActive({ metadata, status }: Pod): boolean {
  return metadata?.deletionTimestamp === undefined && !hasEnded({ status });
}

/** Whether a pod's containers have all ended for good. */
export function hasEnded({ status }: { readonly status?: Pod['status'] | undefined }): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether a pod is ready. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** Since when a pod is ready, in milliseconds since 1970; undefined while it is not. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime ?? '') : undefined;
}

function readyCondition({ status }: Pod) {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
