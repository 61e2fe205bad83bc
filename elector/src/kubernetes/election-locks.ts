import { EndpointsLock } from './endpoints-lock.ts';
import type { LockKind } from '../../../base/lock-kinds.ts';
import type { LeaderElectionConfig } from '../election/leader-election-config.ts';
import { LeaseLock } from './lease-lock.ts';
import { MultiLock } from '../election/multi-lock.ts';
import type { ObjectLockOptions } from './object-lock.ts';

/** The lock to use, and the one that others of the election may use while it moves from one to the other. */
export function electionLocks(
  kind: LockKind,
  options: ObjectLockOptions,
): Pick<LeaderElectionConfig, 'lock' | 'otherLock'> {
  const endpoints = new EndpointsLock(options);
  const leases = new LeaseLock(options);
  switch (kind) {
    case 'endpoints':
      return { lock: endpoints, otherLock: leases };
    case 'leases':
      return { lock: leases, otherLock: endpoints };
    case 'endpointsleases':
      return { lock: new MultiLock(endpoints, leases) };
  }
}
