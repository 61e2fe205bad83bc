import type { LockKind } from '../base/lock-kinds.ts';
import type { KubernetesObject, ResourceName } from '../cluster/index.ts';

/** The objects that hold the election's lock, by the values of the config key `lock`. */
export const lockResources = {
  endpoints: { group: '', resource: 'endpoints' },
  leases: { group: 'coordination.k8s.io', resource: 'leases' },
  /** Of the two, the one that is written last: who holds that one leads. */
  endpointsleases: { group: 'coordination.k8s.io', resource: 'leases' },
} as const satisfies Record<LockKind, ResourceName>;

const annotation = 'control-plane.alpha.kubernetes.io/leader';

/** Who holds a lock: a pod's name, `""` after a release, null where it has no record that can be read. */
export function holderIn(lock: KubernetesObject): string | null {
  const record = lock.kind === 'Lease' ? lock['spec'] : parsed(lock.metadata.annotations?.[annotation]);
  if (typeof record !== 'object' || record === null || !('holderIdentity' in record)) return null;
  return typeof record.holderIdentity === 'string' ? record.holderIdentity : null;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
