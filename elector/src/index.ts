/**
 * Leader election on Kubernetes for Node.js programs: of all processes that stand with the same lock, one leads. `LeaderElector` is the
 * candidate; `LeaseLock` or `EndpointsLock` says which object holds the lock.
 * @module k8s-leader-elector
 */
export { EndpointsLock } from './kubernetes/endpoints-lock.ts';
export { LeaderElector } from './election/leader-elector.ts';
export { LeaderRunCoordinator } from './election/leader-run-coordinator.ts';
export { LeaseLock } from './kubernetes/lease-lock.ts';
export { MultiLock } from './election/multi-lock.ts';
export { registerMetrics } from './election/register-metrics.ts';
export { NotLeadingError, UnconfirmedReleaseError } from './election/resign-error.ts';
export {
  ConflictError,
  ExpiredError,
  ForbiddenError,
  NotFoundError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
} from './election/resource-lock.ts';

export type { Clock } from '../../base/clock.ts';
export type {
  ElectionStatus,
  LeaderElectorEvents,
  ResignReport,
  WriteReport,
} from './election/election-status.ts';
export type { Handover } from './election/handovers.ts';
export type { LeaderElectionConfig } from './election/leader-election-config.ts';
export type { LeaderElectionRecord, RecordReading } from './election/leader-election-record.ts';
export type { OnStartedLeading } from './election/leading-work.ts';
export type { Log, LogFields } from '../../base/log.ts';
export type { MetricLabels, MetricOptions, PromClient } from './election/prom-client.ts';
export type { LogTarget, NestLog } from './election/log-target.ts';
export type { KubeConfigObject } from './kubernetes/kubeconfig-object.ts';
export type { LockMetadata } from './kubernetes/lock-metadata.ts';
export type { LockOptions } from './kubernetes/object-lock.ts';
export type { FindSuccessor } from './election/successor.ts';
export type { LockEvent, LockObject, LockWrite, Release, ResourceLock } from './election/resource-lock.ts';
