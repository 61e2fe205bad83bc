import type { ContainerState, ContainerStatus, Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';
import { timestamp } from '../api-server/timestamp.ts';
import type { ContainerRun } from './container-run.ts';
import type { PodContainer } from './pod-container.ts';

/** A container's status as the API shows it. */
export function containerStatus(pod: Stored<Pod>, container: PodContainer): ContainerStatus {
  const { spec, run, role } = container;
  const state = containerState(pod, container);
  const succeeded = run?.termination?.exitCode === 0;
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageID: run ? (spec.image ?? '') : '',
    ...(run ? { containerID: containerID(run) } : {}),
    ready: role === 'init' ? succeeded : (run?.isReady ?? false),
    started: role === 'init' ? false : (run?.isStarted ?? false),
    restartCount: container.restartCount,
    state,
    lastState: lastState(container, state),
  };
}

/** Whether an ended container stays so. */
export function hasEndedForGood(pod: Stored<Pod>, { run, role }: PodContainer): boolean {
  const exitCode = run?.termination?.exitCode;
  if (exitCode === undefined || role === 'sidecar') return false;
  const policy = pod.spec?.restartPolicy ?? 'Always';
  if (role === 'init') return exitCode === 0 || policy === 'Never';
  return policy === 'Never' || (policy === 'OnFailure' && exitCode === 0);
}

function containerState(pod: Stored<Pod>, container: PodContainer): ContainerState {
  const { run, startFailure, backoffMs } = container;
  if (run?.pid !== undefined) return { running: { startedAt: timestamp(run.startedAt) } };
  if (startFailure) return { waiting: waiting(startFailure.reason, startFailure.message) };
  if (!run)
    return { waiting: waiting(pod.spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating') };
  if (!run.termination) return { waiting: waiting('ContainerCreating') };
  const endsForGood = hasEndedForGood(pod, container) || pod.metadata.deletionTimestamp !== undefined;
  if (endsForGood || backoffMs === 0) return terminated(run);
  const { namespace = '', name, uid } = pod.metadata;
  const what = `container=${container.spec.name} pod=${name}_${namespace}(${uid})`;
  return {
    waiting: waiting('CrashLoopBackOff', `back-off ${goDuration(backoffMs)} restarting failed ${what}`),
  };
}

/** How the run before the one in `state` ended. A container that waits shows no run, so its latest one. */
function lastState({ run, previousRun }: PodContainer, state: ContainerState): ContainerState {
  const last = state.waiting && run?.termination ? run : previousRun;
  return last ? terminated(last) : {};
}

function terminated(run: ContainerRun): ContainerState {
  const { exitCode, reason, message, finishedAt } = run.termination ?? {
    exitCode: 0,
    reason: 'Completed',
    finishedAt: run.startedAt,
  };
  return {
    terminated: {
      exitCode,
      reason,
      ...(message === undefined ? {} : { message }),
      startedAt: timestamp(run.startedAt),
      finishedAt: timestamp(finishedAt),
      containerID: containerID(run),
    },
  };
}

function containerID(run: ContainerRun): string {
  return `process://${run.id}`;
}

function waiting(reason: string, message?: string) {
  return message === undefined ? { reason } : { reason, message };
}

function goDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
