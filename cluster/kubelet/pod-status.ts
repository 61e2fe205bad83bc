import type { Pod, PodCondition, PodStatus } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../api-server/timestamp.ts';
import type { Stored } from '../client/resource-client.ts';
import { containerStatus, hasEndedForGood } from './container-status.ts';
import { hostIP } from './downward-api.ts';
import type { PodContainer } from './pod-container.ts';

/** What a pod's status is derived from, besides its spec. */
export interface PodState {
  readonly containers: readonly PodContainer[];
  readonly podIP: string;
  /** When the kubelet took the pod on, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** Whether each init container has succeeded and each sidecar has been started, so that the main containers may run. */
export function isInitialized(containers: readonly PodContainer[]): boolean {
  if (containers.some(({ role, run }) => role === 'main' && run)) return true;
  return containers.every((container) => container.role === 'main' || isInitDone(container));
}

/** Whether the next init container may begin. */
export function isInitDone({ role, run }: PodContainer): boolean {
  return role === 'sidecar' ? (run?.isStarted ?? false) : run?.termination?.exitCode === 0;
}

/** The pod's phase, by the rules of the kubelet. */
export function podPhase(pod: Stored<Pod>, containers: readonly PodContainer[]): string {
  if (containers.some((container) => container.role === 'init' && hasFailedForGood(pod, container)))
    return 'Failed';
  const main = containers.filter(({ role }) => role === 'main');
  if (!isInitialized(containers) || main.some(({ hasRun }) => !hasRun))
    return endedPhase(pod, containers) ?? 'Pending';
  const isOver = main.every((container) => hasEndedForGood(pod, container));
  return isOver ? outcome(main) : (endedPhase(pod, containers) ?? 'Running');
}

/** The status as the API shows it. `now` is in milliseconds since 1970. */
export function podStatus(pod: Stored<Pod>, state: PodState, now: number): PodStatus {
  const { containers, podIP, startedAt } = state;
  const phase = podPhase(pod, containers);
  const statuses = (isMain: boolean) =>
    containers
      .filter(({ role }) => (role === 'main') === isMain)
      .map((container) => containerStatus(pod, container));
  const initStatuses = statuses(false);
  return {
    ...pod.status,
    phase,
    conditions: mergeConditions(pod.status?.conditions ?? [], conditions(phase, containers), now),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: timestamp(startedAt),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses(true),
  };
}

function hasFailedForGood(pod: Stored<Pod>, container: PodContainer): boolean {
  return hasEndedForGood(pod, container) && container.run?.termination?.exitCode !== 0;
}

// A deleted pod's containers are not restarted, whatever the policy says.
function endedPhase(pod: Stored<Pod>, containers: readonly PodContainer[]): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined || containers.some(({ isRunning }) => isRunning))
    return undefined;
  return outcome(containers.filter(({ role }) => role === 'main'));
}

function outcome(main: readonly PodContainer[]): string {
  return main.every(({ run }) => run?.termination?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

type Verdict = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditions(phase: string, containers: readonly PodContainer[]): Verdict[] {
  const incomplete = isInitialized(containers)
    ? []
    : containers.filter((container) => container.role !== 'main' && !isInitDone(container));
  const unready = containers.filter(({ role, run }) => role !== 'init' && !run?.isReady);
  const hasEnded = phase === 'Succeeded' || phase === 'Failed';
  const initialized = verdict('Initialized', incomplete, 'ContainersNotInitialized', 'incomplete');
  const ready = (type: string) =>
    hasEnded
      ? { type, status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
      : verdict(type, unready, 'ContainersNotReady', 'unready');
  return [
    { type: 'PodReadyToStartContainers', status: hasEnded ? 'False' : 'True' },
    phase === 'Succeeded' ? { ...initialized, reason: 'PodCompleted' } : initialized,
    ready('Ready'),
    ready('ContainersReady'),
  ];
}

function verdict(
  type: string,
  culprits: readonly PodContainer[],
  reason: string,
  adjective: string,
): Verdict {
  if (culprits.length === 0) return { type, status: 'True' };
  const names = culprits.map(({ spec }) => spec.name).join(' ');
  return { type, status: 'False', reason, message: `containers with ${adjective} status: [${names}]` };
}

/** The new conditions, each with the time at which its status last changed, and those that others have set. */
function mergeConditions(
  existing: readonly PodCondition[],
  verdicts: readonly Verdict[],
  now: number,
): PodCondition[] {
  const merged = verdicts.map((verdict): PodCondition => {
    const before = existing.find(({ type }) => type === verdict.type);
    const unchanged = before?.status === verdict.status ? before.lastTransitionTime : undefined;
    return { ...verdict, lastTransitionTime: unchanged ?? timestamp(now) };
  });
  const others = existing.filter(({ type }) => !verdicts.some((verdict) => verdict.type === type));
  return [...merged, ...others];
}
