import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import { isReady, podColumns } from '../cluster/index.ts';
import type { Stored } from '../cluster/index.ts';
import type { ContainerAsSeen, PodAsSeen } from './story/events.ts';

/** What a pod's object tells. */
export function podAsSeen(pod: Stored<Pod>): PodAsSeen {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return {
    name: pod.metadata.name,
    status: cell(pod, 'Status'),
    restarts: Number.parseInt(cell(pod, 'Restarts'), 10),
    isReady: isReady(pod),
    isStopping: pod.metadata.deletionTimestamp !== undefined,
    hasStarted: statuses.every(({ started }) => started),
    containers: statuses.map(containerAsSeen),
  };
}

function containerAsSeen({ name, restartCount, state }: ContainerStatus): ContainerAsSeen {
  const isDown = state?.terminated !== undefined || state?.waiting?.reason === 'CrashLoopBackOff';
  return { name, ends: restartCount + (isDown ? 1 : 0), runs: state?.running !== undefined };
}

/** A column of `kubectl get pods`. */
function cell(pod: Pod, column: string): string {
  return String(podColumns.find(({ name }) => name === column)?.cell(pod, Date.now()) ?? '');
}
