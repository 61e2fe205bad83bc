import { isJsonObject } from './json.ts';
import { formatLeaseSpec, parseLeaseSpec } from './leader-election-record.ts';
import { ObjectLock, type LockKind, type ObjectLockOptions } from './object-lock.ts';

const leases: LockKind = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  resource: 'leases',
  readRecord: (object) => parseLeaseSpec(object['spec']),
  writeRecord: (object, record) => ({
    ...object,
    spec: { ...(isJsonObject(object['spec']) ? object['spec'] : {}), ...formatLeaseSpec(record) },
  }),
};

/** The record in the spec of a Lease: where Kubernetes' own components keep it. */
export class LeaseLock extends ObjectLock {
  constructor(options: ObjectLockOptions) {
    super(options, leases);
  }
}
