import type { Event, ObjectReference } from 'kubernetes-types/core/v1.js';
import { ApiStatusError } from '../api-server/api.ts';
import type { Api } from '../api-server/api.ts';
import { clientset } from './clientset.ts';
import type { Clock } from '../../base/clock.ts';
import { timestamp } from '../api-server/timestamp.ts';
import type { Stored, Writable } from './resource-client.ts';

/** What an event is about: an object with the kind that lists and watches may leave out. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: Stored<Writable>;
  /** Part of the object, as in `spec.containers{app}`. */
  readonly fieldPath?: string;
}

/** Records one event about `subject`; one that was recorded before is counted up instead. */
export type RecordEvent = (
  subject: EventSubject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
) => void;

/** Kubernetes keeps events for an hour; an older one is not counted up but recorded anew. */
const eventLifetimeMs = 3_600_000;

/**
 * Where a component records its events. `host` is the node's name, for the kubelet. An event that the API refuses
 * is dropped, as in Kubernetes: events are for people, and nothing may depend on them.
 */
export function eventRecorder(api: Api, clock: Clock, component: string, host?: string): RecordEvent {
  const { events } = clientset(api);
  const latest = new Map<string, Stored<Event>>();

  const record: RecordEvent = (subject, type, reason, message) => {
    const now = timestamp(clock.wall());
    const involvedObject = reference(subject);
    const key = JSON.stringify([involvedObject.uid, involvedObject.fieldPath, type, reason, message]);
    const previous = latest.get(key);
    const current = previous && events.find(previous.metadata.namespace ?? null, previous.metadata.name);
    if (current) {
      latest.set(key, events.update({ ...current, count: (current.count ?? 1) + 1, lastTimestamp: now }));
      return;
    }
    const namespace = involvedObject.namespace ?? 'default';
    const name = `${involvedObject.name ?? ''}.${uniqueSuffix(clock)}`;
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject,
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: host === undefined ? { component } : { component, host },
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
    const created = events.create(event);
    latest.set(key, created);
    clock.after(eventLifetimeMs, () => {
      latest.delete(key);
      events.delete(created);
    });
  };

  return (...args) => {
    try {
      record(...args);
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
    }
  };
}

function reference({ apiVersion, kind, object, fieldPath }: EventSubject): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    apiVersion,
    kind,
    name,
    uid,
    resourceVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}

let recorded = 0;

// client-go appends the time in nanoseconds, in hexadecimal.
function uniqueSuffix(clock: Clock): string {
  recorded += 1;
  return (BigInt(Math.trunc(clock.wall())) * 1_000_000n + BigInt(recorded)).toString(16);
}
