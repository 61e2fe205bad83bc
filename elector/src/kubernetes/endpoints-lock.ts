import type { JsonObject } from '../../../base/json.ts';
import { annotationsOf, controllerName, labelsOf, withAnnotation } from './kube-object.ts';
import {
  formatAnnotation,
  leaderAnnotation,
  parseAnnotation,
  type RecordReading,
} from '../election/leader-election-record.ts';
import { ObjectLock, type LockObjectKind, type LockOptions, type ObjectLockOptions } from './object-lock.ts';

const endpoints: LockObjectKind = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  resource: 'endpoints',
  readRecord: readEndpoints,
  writeRecord: (object, record) => withAnnotation(object, leaderAnnotation, formatAnnotation(record)),
};

/** The record in an annotation of an Endpoints object: where the original sidecar keeps it. */
export class EndpointsLock extends ObjectLock {
  /** @throws RangeError for a name that Kubernetes would refuse, or credentials that are none; nothing is read before `connect` */
  constructor(options: LockOptions);
  /** @internal */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- the library's types have the first alone
  constructor(options: ObjectLockOptions);
  constructor(options: ObjectLockOptions) {
    super(options, endpoints);
  }
}

/**
 * Endpoints that no election has ever used are a Service's where they have addresses, or where a controller keeps them. The leader
 * annotation would make Kubernetes' mirroring controller delete that Service's EndpointSlice (`shouldMirror` in
 * pkg/controller/endpointslicemirroring).
 */
function readEndpoints(object: JsonObject): RecordReading {
  const annotation = annotationsOf(object)[leaderAnnotation];
  const user = annotation === undefined ? userOf(object) : null;
  if (user === null) return parseAnnotation(annotation);
  const name = String((object['metadata'] as JsonObject)['name']);
  return {
    kind: 'foreign',
    problem: `the Endpoints object "${name}" ${user}, and is no lock: choose another name for the election`,
  };
}

/** Kubernetes' endpoints controller leaves these on what it keeps: the annotation always, the label since 1.33. */
const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const lastChangeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Who uses an Endpoints object otherwise, for people; null: nobody. */
function userOf(object: JsonObject): string | null {
  const controller = controllerName(object);
  if (controller !== null) return `is kept by ${controller}`;
  const isKept = managedByLabel in labelsOf(object) || lastChangeAnnotation in annotationsOf(object);
  if (isKept) return 'belongs to the Service of that name';
  const { subsets } = object;
  return Array.isArray(subsets) && subsets.length > 0 ? 'has the addresses of a Service' : null;
}
