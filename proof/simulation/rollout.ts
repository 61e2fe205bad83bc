import type { LockKind } from '../../base/lock-kinds.ts';
import { lockName, lockNamespace } from './simulated-candidate.ts';

/** By which lock the pods stand at first, and by which the pods that a rollout brings. */
export interface Rollout {
  readonly from: LockKind;
  readonly to: LockKind;
}

const paths = {
  endpoints: `/api/v1/namespaces/${lockNamespace}/endpoints/${lockName}`,
  leases: `/apis/coordination.k8s.io/v1/namespaces/${lockNamespace}/leases/${lockName}`,
};

const pathsOfLock: Readonly<Record<LockKind, readonly string[]>> = {
  endpoints: [paths.endpoints],
  leases: [paths.leases],
  endpointsleases: [paths.endpoints, paths.leases],
};

/** The objects that some pod may hold. */
export function pathsOf({ from, to }: Rollout): readonly string[] {
  return [...new Set([...pathsOfLock[from], ...pathsOfLock[to]])];
}

/** The kind of the object at one of these paths. */
export function kindOf(path: string): string {
  return path === paths.leases ? 'Lease' : 'Endpoints';
}

/** Whether pods that use one lock alone meet pods that use the other alone: what `endpointsleases` is there to avoid. */
export function skipsStep({ from, to }: Rollout): boolean {
  return from !== to && from !== 'endpointsleases' && to !== 'endpointsleases';
}
