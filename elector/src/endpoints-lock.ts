import { annotationsOf, withAnnotation } from './kube-object.ts';
import { formatAnnotation, leaderAnnotation, parseAnnotation } from './leader-election-record.ts';
import { ObjectLock, type LockKind, type ObjectLockOptions } from './object-lock.ts';

const endpoints: LockKind = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  readRecord: (object) => parseAnnotation(annotationsOf(object)[leaderAnnotation]),
  writeRecord: (object, record) => withAnnotation(object, leaderAnnotation, formatAnnotation(record)),
};

/** The record in an annotation of an Endpoints object: where the original sidecar keeps it. */
export class EndpointsLock extends ObjectLock {
  constructor(options: ObjectLockOptions) {
    super(options, endpoints);
  }
}
