import type { Pod } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { Api } from './api.ts';
import { matchesLabelSelector } from './label-selector.ts';
import { internalError, tooManyRequests } from './status.ts';

const resource = { group: 'policy', resource: 'poddisruptionbudgets' };

/**
 * Counts the eviction of a pod against its PodDisruptionBudget, unless it is tried only.
 * @throws ApiStatusError 429 where the budget allows none now; 500 where the pod has several budgets
 */
export function countEviction(api: Api, pod: Pod, isDryRun: boolean): void {
  if (!isCounted(pod)) return;
  const { namespace = null, labels = {} } = pod.metadata ?? {};
  const all = api.list(resource, { namespace }).items as unknown[] as PodDisruptionBudget[];
  const [budget, another] = all.filter(
    ({ spec }) => spec?.selector && matchesLabelSelector(spec.selector, labels),
  );
  if (another)
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  if (!budget || mayGoUnready(budget, pod)) return;
  const { disruptionsAllowed = 0 } = budget.status ?? {};
  const isSeen = budget.status?.observedGeneration === budget.metadata?.generation;
  if (!isSeen || disruptionsAllowed === 0) throw refusal(budget, isSeen);
  if (isDryRun) return;
  // The controller counts anew later; until then, this one must not be allowed twice.
  const status = { ...budget.status, disruptionsAllowed: disruptionsAllowed - 1 };
  api.update(resource, namespace, { ...budget, status }, 'status');
}

const isCounted = ({ metadata, status }: Pod) =>
  metadata?.deletionTimestamp === undefined &&
  !['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '');

/** Whether a pod that is not ready may go although the budget allows no eviction. */
function mayGoUnready({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (pod.status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'))
    return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function refusal({ metadata, status }: PodDisruptionBudget, isSeen: boolean) {
  const why = isSeen
    ? `needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`
    : 'is still being processed by the server.';
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${metadata?.name ?? ''} ${why}` }],
    ...(!isSeen && { retryAfterSeconds: 10 }),
  });
}
