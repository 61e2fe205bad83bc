import type { ObjectMeta, Status } from 'kubernetes-types/meta/v1.js';

/** Any object of the API, in its wire form. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; uid: string; resourceVersion: string };
  [field: string]: unknown;
}

/** An object as a client sends it: the server fills in what is missing. */
export interface ObjectToWrite {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  [field: string]: unknown;
}

/** A resource by its group and plural name, as in RBAC rules: `{ group: 'apps', resource: 'deployments' }`. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
}

/** Which objects of a resource: of one namespace (null: of all, or of a resource that has none), by selectors. */
export interface Selection {
  readonly namespace: string | null;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** What happened to one object that a watch selects. */
export interface WatchEvent<T extends KubernetesObject = KubernetesObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** An answer other than success, with the Status object the API gives for it. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly status: Status & { code: number; reason: string };

  constructor(status: Status & { code: number; reason: string; message: string }) {
    super(status.message);
    this.status = status;
  }
}

/**
 * The Kubernetes API as the programs in this process call it: what stands behind the HTTP endpoints, after
 * authentication and authorization. Objects that are handed out are frozen copies; calls take effect at once and
 * throw ApiStatusError.
 */
export interface Api {
  get(resource: ResourceName, namespace: string | null, name: string): KubernetesObject;
  list(resource: ResourceName, selection: Selection): { items: KubernetesObject[]; resourceVersion: string };
  create(resource: ResourceName, namespace: string | null, object: ObjectToWrite): KubernetesObject;
  update(
    resource: ResourceName,
    namespace: string | null,
    object: ObjectToWrite,
    subresource?: 'status' | 'finalize',
  ): KubernetesObject;
  delete(
    resource: ResourceName,
    namespace: string | null,
    name: string,
    options?: { gracePeriodSeconds?: number; preconditions?: { uid?: string; resourceVersion?: string } },
  ): KubernetesObject;
  /**
   * Calls `onEvent` for each selected object that exists (as ADDED, before this returns), then for every change,
   * in order, right after it took effect. Returns what ends the watch.
   */
  watch(resource: ResourceName, selection: Selection, onEvent: (event: WatchEvent) => void): () => void;
}
