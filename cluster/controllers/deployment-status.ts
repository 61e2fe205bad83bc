import type { Deployment, DeploymentCondition, DeploymentStatus } from 'kubernetes-types/apps/v1.js';
import { timestamp } from '../api-server/timestamp.ts';
import type { Stored } from '../client/resource-client.ts';
import type { Revisions } from './deployment-revisions.ts';
import { replicasOf, rollingBounds, sum } from './rolling-update.ts';

type Verdict = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>;

/** The status as the API shows it. `now` is in milliseconds since 1970. */
export function deploymentStatus(
  deployment: Stored<Deployment>,
  revisions: Revisions,
  now: number,
): DeploymentStatus {
  const counts = countReplicas(deployment, revisions);
  const verdicts = [availability(deployment, counts), progress(deployment, revisions, counts, now)];
  const { collisionCount } = deployment.status ?? {};
  const existing = deployment.status?.conditions ?? [];
  return {
    ...counts.shown,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: verdicts.map((verdict) => withTimes(verdict, existing, now, counts.progressed)),
  };
}

/** In how many milliseconds the deployment's progress is overdue; undefined once it is complete or overdue already. */
export function untilProgressDeadline({ spec, status }: Deployment, now: number): number | undefined {
  const condition = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable' || condition.status === 'False')
    return undefined;
  const deadline = Date.parse(condition.lastUpdateTime ?? '') + (spec?.progressDeadlineSeconds ?? 600) * 1000;
  return Math.max(1, deadline - now);
}

interface Counts {
  readonly shown: Omit<DeploymentStatus, 'conditions'>;
  /** Whether a pod became of the present template, ready or available, or an old one went, since the last status. */
  readonly progressed: boolean;
  readonly isComplete: boolean;
}

function countReplicas({ spec, status, metadata }: Stored<Deployment>, { current, old }: Revisions): Counts {
  const all = current ? [...old, current] : old;
  const wanted = spec?.replicas ?? 1;
  const replicas = sum(all, (one) => one.status?.replicas ?? 0);
  const updatedReplicas = current?.status?.replicas ?? 0;
  const readyReplicas = sum(all, (one) => one.status?.readyReplicas ?? 0);
  const availableReplicas = sum(all, (one) => one.status?.availableReplicas ?? 0);
  const unavailableReplicas = Math.max(0, sum(all, replicasOf) - availableReplicas);
  const counts = { replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas };
  const present = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return {
    shown: { observedGeneration: metadata.generation ?? 1, ...present },
    progressed:
      updatedReplicas > (status?.updatedReplicas ?? 0) ||
      readyReplicas > (status?.readyReplicas ?? 0) ||
      availableReplicas > (status?.availableReplicas ?? 0) ||
      replicas - updatedReplicas < (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0),
    isComplete: updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted,
  };
}

function availability(deployment: Deployment, { shown }: Counts): Verdict {
  const least = (deployment.spec?.replicas ?? 1) - rollingBounds(deployment).maxUnavailable;
  return (shown.availableReplicas ?? 0) >= least
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

function progress(deployment: Deployment, { current }: Revisions, counts: Counts, now: number): Verdict {
  const type = 'Progressing';
  const before = deployment.status?.conditions?.find((condition) => condition.type === type);
  if (deployment.spec?.paused)
    return { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  const what = `ReplicaSet "${current?.metadata.name ?? ''}"`;
  if (counts.isComplete)
    return {
      type,
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${what} has successfully progressed.`,
    };
  // A finished update that lost a pod is not an update under way.
  if (
    before?.reason === 'NewReplicaSetAvailable' &&
    before.message === `${what} has successfully progressed.`
  )
    return { type, status: 'True', reason: before.reason, message: before.message };
  const isOverdue =
    !counts.progressed && (before?.status === 'False' || isPastDeadline(deployment, before, now));
  if (isOverdue)
    return {
      type,
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `${what} has timed out progressing.`,
    };
  return { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${what} is progressing.` };
}

function isPastDeadline({ spec }: Deployment, before: DeploymentCondition | undefined, now: number): boolean {
  if (!before) return false;
  return now >= Date.parse(before.lastUpdateTime ?? '') + (spec?.progressDeadlineSeconds ?? 600) * 1000;
}

function withTimes(
  verdict: Verdict,
  existing: readonly DeploymentCondition[],
  now: number,
  progressed: boolean,
): DeploymentCondition {
  const before = existing.find(({ type }) => type === verdict.type);
  const sameStatus = before?.status === verdict.status;
  const unchanged =
    sameStatus && before.reason === verdict.reason && !(verdict.type === 'Progressing' && progressed);
  return {
    ...verdict,
    lastUpdateTime: (unchanged ? before.lastUpdateTime : undefined) ?? timestamp(now),
    lastTransitionTime: (sameStatus ? before.lastTransitionTime : undefined) ?? timestamp(now),
  };
}
