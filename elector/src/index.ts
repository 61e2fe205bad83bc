/**
 * Leader election on Kubernetes for Node.js programs: of all processes that stand with the same lock, one leads. `LeaderElector` is the
 * candidate; `LeaseLock` or `EndpointsLock` says which object holds the lock.
 * @module
 */
export { EndpointsLock } from './endpoints-lock.ts';
export { LeaderElector } from './leader-elector.ts';
export { LeaseLock } from './lease-lock.ts';
export { MultiLock } from './multi-lock.ts';
export { NotLeadingError, UnconfirmedReleaseError } from './resign-error.ts';
export {
  ConflictError,
  ExpiredError,
  ForbiddenError,
  StatusError,
  ThrottledError,
  UnauthorizedError,
} from './resource-lock.ts';

export type { Clock } from './clock.ts';
export type { ElectionStatus, LeaderElectorEvents, ResignReport, WriteReport } from './election-status.ts';
export type { LeaderElectionConfig } from './leader-election-config.ts';
export type { LeaderElectionRecord, RecordReading } from './leader-election-record.ts';
export type { OnStartedLeading } from './leading-work.ts';
export type { Log, LogFields } from './log.ts';
export type { LockOptions } from './object-lock.ts';
export type { LockEvent, LockObject, LockWrite, ResourceLock } from './resource-lock.ts';
