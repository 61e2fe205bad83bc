import type { KubernetesObject } from './api.ts';
import { expired } from './status.ts';

/** One change of one object, as a watch needs it. */
export interface StoredChange {
  /** The resourceVersion of this change. */
  readonly version: number;
  /** Key of the resource, from `resourceKey`. */
  readonly resource: string;
  /** The object before; null where it did not exist. */
  readonly before: KubernetesObject | null;
  /** The object after; null where it was deleted. */
  readonly after: KubernetesObject | null;
  /** What a watch shows: `after`, or the last state with the deletion's resourceVersion. */
  readonly object: KubernetesObject;
}

const historyLength = 2000;

/**
 * The objects, in memory: what etcd is to the real API server. One resourceVersion counts the changes of all
 * resources. The last changes are remembered, so that a watch can be resumed.
 */
export class Store {
  #version = 1;
  #forgottenVersion = 1;
  #delivering = false;
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #history: StoredChange[] = [];
  readonly #undelivered: StoredChange[] = [];
  readonly #listeners = new Set<(change: StoredChange) => void>();

  /** The resourceVersion of the latest change. */
  get version(): number {
    return this.#version;
  }

  /** The object at `key` (see `objectKey`), or null. */
  get(resource: string, key: string): KubernetesObject | null {
    return this.#objects.get(resource)?.get(key) ?? null;
  }

  /** Every object of a resource, in the order of their keys. */
  all(resource: string): KubernetesObject[] {
    const entries = [...(this.#objects.get(resource) ?? [])];
    return entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
  }

  /** Stores `object` under the next resourceVersion, frozen, and returns it. */
  put(resource: string, key: string, object: KubernetesObject): KubernetesObject {
    const before = this.get(resource, key);
    const after = this.#stamped(object);
    const objects = this.#objects.get(resource) ?? new Map<string, KubernetesObject>();
    this.#objects.set(resource, objects.set(key, after));
    this.#record({ version: this.#version, resource, before, after, object: after });
    return after;
  }

  /** Removes the object at `key`, whose last state is `object`; returns that, with the deletion's resourceVersion. */
  remove(resource: string, key: string, object: KubernetesObject): KubernetesObject {
    const before = this.get(resource, key);
    const last = this.#stamped(object);
    this.#objects.get(resource)?.delete(key);
    this.#record({ version: this.#version, resource, before, after: null, object: last });
    return last;
  }

  /**
   * The changes after `version`, oldest first.
   * @throws ApiStatusError 410 where they are no longer all remembered.
   */
  changesSince(version: number): StoredChange[] {
    if (version < this.#forgottenVersion)
      throw expired(`too old resource version: ${version} (${this.#forgottenVersion})`);
    return this.#history.filter((change) => change.version > version);
  }

  /** Calls back for every change from now on, in order. Returns what ends that. */
  subscribe(listener: (change: StoredChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stamped(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    return deepFreeze({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    });
  }

  #record(change: StoredChange): void {
    this.#history.push(change);
    if (this.#history.length > historyLength) this.#forgottenVersion = this.#history.shift()?.version ?? 0;
    this.#undelivered.push(change);
    this.#deliver();
  }

  // A listener may write: its change waits until every listener has seen the one before.
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let change = this.#undelivered.shift(); change; change = this.#undelivered.shift())
        for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener(change);
    } finally {
      this.#delivering = false;
    }
  }
}

/** Where an object lies among those of its resource. */
export const objectKey = (namespace: string | null, name: string): string => `${namespace ?? ''}/${name}`;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
