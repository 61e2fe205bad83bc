import { isJsonObject, parseJson, type JsonObject } from '../../../base/json.ts';

/**
 * Who holds a lock, in client-go's words. It has two wire forms: JSON in an annotation (Endpoints) and the spec of a
 * Lease.
 */
export interface LeaderElectionRecord {
  /** The holder's identity; `""` says that the lock was released. */
  readonly holderIdentity: string;
  /** Seconds a candidate waits, without seeing a change, before it may take the lock; up to 2147483647. 0: none was given. */
  readonly leaseDurationSeconds: number;
  /** When the holder acquired the lock, by the holder's clock: for people, never compared (rule 2). */
  readonly acquireTime: Date | null;
  /** When the holder last renewed, by the holder's clock: for people, never compared (rule 2). */
  readonly renewTime: Date | null;
  /** How often the lock went from one holder to another: 0 to 2147483647, where the count stays. */
  readonly leaderTransitions: number;
}

/** The largest number that a Lease takes (int32): the API server refuses a larger one, and one that has wrapped around. */
export const largestInt32 = 2 ** 31 - 1;

/** Milliseconds that may pass between two renewals that look the same: times in an annotation have whole seconds. */
export const recordResolutionMs = 1000;

/** What an object says about its holder; `foreign`: it is no lock, and somebody relies on it as it is. */
export type RecordReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign'; readonly problem: string }
  | { readonly kind: 'record'; readonly record: LeaderElectionRecord }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** The annotation that holds the record on an Endpoints object. */
export const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** The annotation's text: JSON with Go's field order, times in whole seconds of UTC (RFC 3339), null where there is none. */
export function formatAnnotation(record: LeaderElectionRecord): string {
  return JSON.stringify({
    holderIdentity: record.holderIdentity,
    leaseDurationSeconds: record.leaseDurationSeconds,
    acquireTime: wholeSeconds(record.acquireTime),
    renewTime: wholeSeconds(record.renewTime),
    leaderTransitions: record.leaderTransitions,
  });
}

/**
 * Reads the annotation's text; `undefined` (no such annotation) is 'none'. A missing or null field is Go's zero value, as in
 * client-go: `{}` is a released record. Unlike client-go, `null` in place of the whole object is unreadable.
 */
export function parseAnnotation(text: unknown): RecordReading {
  if (text === undefined) return { kind: 'none' };
  const parsed = typeof text === 'string' ? parseJson(text) : undefined;
  if (!isJsonObject(parsed)) return { kind: 'unreadable', problem: `${show(text)} is not a JSON object` };
  return readRecord(parsed, parsed['leaderTransitions'], 'leaderTransitions');
}

/** The part of a Lease's spec that is the record; null removes a field, for which Kubernetes has no zero value. */
export interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number | null;
  readonly acquireTime: string | null;
  readonly renewTime: string | null;
  readonly leaseTransitions: number;
}

/** The Lease's spec. Its times are MicroTime, which the API server refuses without exactly six decimals. */
export function formatLeaseSpec(record: LeaderElectionRecord): LeaseSpec {
  return {
    holderIdentity: record.holderIdentity,
    leaseDurationSeconds: record.leaseDurationSeconds > 0 ? record.leaseDurationSeconds : null,
    acquireTime: microTime(record.acquireTime),
    renewTime: microTime(record.renewTime),
    leaseTransitions: record.leaderTransitions,
  };
}

const leaseFields = [
  'holderIdentity',
  'leaseDurationSeconds',
  'acquireTime',
  'renewTime',
  'leaseTransitions',
];

/**
 * Reads a Lease's spec. Without any of the record's fields there is no record; with some of them a missing or null holder means
 * released. (client-go reads both as a record without a holder.)
 */
export function parseLeaseSpec(spec: unknown): RecordReading {
  if (spec === undefined || spec === null) return { kind: 'none' };
  if (!isJsonObject(spec)) return { kind: 'unreadable', problem: `spec ${show(spec)} is not an object` };
  if (leaseFields.every((field) => spec[field] === undefined || spec[field] === null))
    return { kind: 'none' };
  return readRecord(spec, spec['leaseTransitions'], 'leaseTransitions');
}

function readRecord(fields: JsonObject, transitions: unknown, transitionsField: string): RecordReading {
  try {
    const record: LeaderElectionRecord = {
      holderIdentity: readString(fields['holderIdentity'], 'holderIdentity'),
      leaseDurationSeconds: readDuration(fields['leaseDurationSeconds'], 'leaseDurationSeconds'),
      acquireTime: readTime(fields['acquireTime'], 'acquireTime'),
      renewTime: readTime(fields['renewTime'], 'renewTime'),
      leaderTransitions: readCount(transitions, transitionsField),
    };
    return { kind: 'record', record };
  } catch (error) {
    if (error instanceof FieldError) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
}

class FieldError extends Error {
  constructor(field: string, value: unknown, expected: string) {
    super(`${field} ${show(value)} is not ${expected}`);
  }
}

function readString(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new FieldError(field, value, 'a string');
  return value;
}

// The annotation's integers are Go's int.
const int64 = 2 ** 63;

function readInteger(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0;
  if (!(typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= int64))
    throw new FieldError(field, value, 'a 64-bit integer');
  return value;
}

/** A duration that no Lease can say is none: to wait it out would be to wait for ever. */
function readDuration(value: unknown, field: string): number {
  const seconds = readInteger(value, field);
  return seconds < 0 || seconds > largestInt32 ? 0 : seconds;
}

/** A count that no Lease can say is the largest that one can: it may be written into a Lease next. */
function readCount(value: unknown, field: string): number {
  const count = readInteger(value, field);
  if (count < 0) throw new FieldError(field, value, '0 or more');
  return Math.min(count, largestInt32);
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function readTime(value: unknown, field: string): Date | null {
  if (value === undefined || value === null || value === '') return null;
  const time = typeof value === 'string' && rfc3339.test(value) ? new Date(value) : null;
  if (time === null || Number.isNaN(time.getTime())) throw new FieldError(field, value, 'an RFC 3339 time');
  return time;
}

function wholeSeconds(time: Date | null): string | null {
  return time === null ? null : `${time.toISOString().slice(0, -'.000Z'.length)}Z`;
}

function microTime(time: Date | null): string | null {
  return time === null ? null : `${time.toISOString().slice(0, -'Z'.length)}000Z`;
}

const longestShown = 200;

/** A foreign value for a log line: on one line, and no longer than a person reads. */
function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
