import type { JsonObject } from '../../../base/json.ts';
import { labelKey, labelValue, type Rule } from '../../../base/rules.ts';
import { annotationsOf, labelsOf, withMetadata } from './kube-object.ts';

/** What a program wants to stand on its lock, for whoever lists, selects or watches such objects. */
export interface LockMetadata {
  /** Labels that each write of this candidate gives the object. Others that it has stay. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations, likewise. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Before the "/" of keys that the election keeps on the object, and of those by which Kubernetes marks what is no lock. */
const reservedPrefixes = [
  'leader-elector',
  'control-plane.alpha.kubernetes.io',
  'apiserver.kubernetes.io',
  'endpoints.kubernetes.io',
];

/** @throws RangeError for what Kubernetes would refuse at each write, and for keys that are not the program's to set */
export function requireLockMetadata({ labels = {}, annotations = {} }: LockMetadata): void {
  for (const [key, value] of Object.entries(labels)) {
    requireKey('labels', key);
    require(`labels has ${JSON.stringify(key)}: ${JSON.stringify(value)}`, value, labelValue);
  }
  for (const [key, value] of Object.entries(annotations)) {
    requireKey('annotations', key);
    if (typeof value !== 'string')
      throw new RangeError(
        `the lock's annotations has ${JSON.stringify(key)}: ${JSON.stringify(value)}; it must be a text`,
      );
  }
}

/** The object with these labels and annotations, and all else as it was. */
export function withLockMetadata(object: JsonObject, { labels, annotations }: LockMetadata): JsonObject {
  return withMetadata(object, {
    ...(labels === undefined ? {} : { labels: { ...labelsOf(object), ...labels } }),
    ...(annotations === undefined ? {} : { annotations: { ...annotationsOf(object), ...annotations } }),
  });
}

function requireKey(option: string, key: string): void {
  require(`${option} has the key ${JSON.stringify(key)}`, key, labelKey);
  const prefix = reservedPrefixes.find((reserved) => key.startsWith(`${reserved}/`));
  if (prefix === undefined) return;
  throw new RangeError(
    `the lock's ${option} has the key "${key}"; "${prefix}/" is kept for the election or for Kubernetes`,
  );
}

function require(what: string, value: unknown, rule: Rule<string>): void {
  if (typeof value === 'string' && rule.parse(value) !== undefined) return;
  throw new RangeError(`the lock's ${what}; it must be ${rule.allowed}`);
}
