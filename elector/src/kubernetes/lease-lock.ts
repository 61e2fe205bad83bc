import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { controllerName, labelsOf, ownersOf } from './kube-object.ts';
import { formatLeaseSpec, parseLeaseSpec, type RecordReading } from '../election/leader-election-record.ts';
import { ObjectLock, type LockObjectKind, type LockOptions, type ObjectLockOptions } from './object-lock.ts';

const leases: LockObjectKind = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  resource: 'leases',
  readRecord: readLease,
  writeRecord: (object, record) => ({
    ...object,
    spec: { ...(isJsonObject(object['spec']) ? object['spec'] : {}), ...formatLeaseSpec(record) },
  }),
};

/** The record in the spec of a Lease: where Kubernetes' own components keep it. */
export class LeaseLock extends ObjectLock {
  /** @throws RangeError for a name that Kubernetes would refuse, or credentials that are none; nothing is read before `connect` */
  constructor(options: LockOptions);
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- the library's types have the first alone
  constructor(options: ObjectLockOptions);
  constructor(options: ObjectLockOptions) {
    super(options, leases);
  }
}

/** A Lease may say something else than who leads: that a node is alive, or an API server. */
function readLease(object: JsonObject): RecordReading {
  const user = userOf(object);
  if (user === null) return parseLeaseSpec(object['spec']);
  const name = String((object['metadata'] as JsonObject)['name']);
  return {
    kind: 'foreign',
    problem: `the Lease "${name}" ${user}, and is no lock: choose another name for the election`,
  };
}

const apiServerLabel = 'apiserver.kubernetes.io/identity';

/** Who uses a Lease otherwise, for people; null: nobody. */
function userOf(object: JsonObject): string | null {
  const controller = controllerName(object);
  if (controller !== null) return `is kept by ${controller}`;
  const node = ownersOf(object).find(({ kind }) => kind === 'Node');
  if (node !== undefined) return `is the heartbeat of node ${String(node['name'])}`;
  return apiServerLabel in labelsOf(object) ? 'is the heartbeat of an API server' : null;
}
