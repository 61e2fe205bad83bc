import type { JsonObject } from '../../../base/json.ts';

/** The object that an Event is about, as Kubernetes' ObjectReference. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

const reporter = 'leader-elector';

/**
 * An Event about an election, as client-go's recorder writes it (`LeaseLock.RecordEvent`): reason `LeaderElection`, and the candidate before
 * what happened to it. Its name is the object's and the time in nanoseconds, as client-go has it.
 */
export function leaderElectionEvent(
  involvedObject: ObjectReference,
  identity: string,
  what: string,
  time: Date,
): JsonObject {
  const { name, namespace } = involvedObject;
  const at = time.toISOString();
  const nanoseconds = BigInt(time.getTime()) * 1_000_000n;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${nanoseconds.toString(16)}`, namespace },
    involvedObject: { ...involvedObject },
    type: 'Normal',
    reason: 'LeaderElection',
    message: `${identity} ${what}`.slice(0, longestMessage),
    source: { component: reporter },
    reportingComponent: reporter,
    reportingInstance: identity.slice(0, longestInstance),
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}

/** What the API server takes (`ValidateEventCreate` in pkg/apis/core/validation). */
const longestMessage = 1024;
const longestInstance = 128;
