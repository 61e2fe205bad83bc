import { isJsonObject, parseJson, type JsonObject } from '../base/json.ts';
import type { LockKind } from '../base/lock-kinds.ts';
import type { KubernetesObject, ResourceName } from '../cluster/index.ts';
import type { LockAsSeen, ReleaseNote } from './story/events.ts';

/** The objects that hold the election's lock, by the values of the config key `lock`. */
export const lockResources = {
  endpoints: { group: '', resource: 'endpoints' },
  leases: { group: 'coordination.k8s.io', resource: 'leases' },
  /** Of the two, the one that is written last: who holds that one leads. */
  endpointsleases: { group: 'coordination.k8s.io', resource: 'leases' },
} as const satisfies Record<LockKind, ResourceName>;

const recordAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const releaseAnnotation = 'leader-elector/release';

/** Who holds a lock: a pod's name, `""` after a release, null where it has no record that can be read. */
export function holderIn(lock: KubernetesObject): string | null {
  return lockAsSeen(lock)?.holder ?? null;
}

/** What a lock's object tells; null where it has no record that can be read. */
export function lockAsSeen(lock: KubernetesObject): LockAsSeen | null {
  const record = recordIn(lock);
  const holder = record?.['holderIdentity'];
  if (record === null || typeof holder !== 'string') return null;
  return {
    holder,
    leaseMs: numberIn(record, 'leaseDurationSeconds') * 1000,
    transitions: numberIn(record, lock.kind === 'Lease' ? 'leaseTransitions' : 'leaderTransitions'),
    release: holder === '' ? releaseIn(lock) : null,
  };
}

function recordIn(lock: KubernetesObject): JsonObject | null {
  const record = lock.kind === 'Lease' ? lock['spec'] : annotationIn(lock, recordAnnotation);
  return isJsonObject(record) ? record : null;
}

function releaseIn(lock: KubernetesObject): ReleaseNote | null {
  const note = annotationIn(lock, releaseAnnotation);
  if (!isJsonObject(note)) return null;
  const { by, because, successor } = note;
  if (typeof by !== 'string' || typeof because !== 'string') return null;
  return { by, because, successor: typeof successor === 'string' ? successor : null };
}

/** An annotation's JSON; undefined where there is none. */
function annotationIn({ metadata }: KubernetesObject, name: string): unknown {
  const text = metadata.annotations?.[name];
  return text === undefined ? undefined : parseJson(text);
}

function numberIn(record: JsonObject, field: string): number {
  const value = record[field];
  return typeof value === 'number' ? value : 0;
}
