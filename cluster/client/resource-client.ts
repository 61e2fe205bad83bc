import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { ApiStatusError } from '../api-server/api.ts';
import type { Api, KubernetesObject, ObjectToWrite, ResourceName, Selection } from '../api-server/api.ts';

/** An object of the API as a client may write it. */
export interface Writable {
  metadata?: ObjectMeta;
}

/** An object that the API has stored. Frozen: a change is written as a new object. */
export type Stored<T extends Writable> = T & {
  readonly metadata: ObjectMeta & {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
};

/** Called for each object that exists, then for every change of one. */
export type OnEvent<T extends Writable> = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Stored<T>) => void;

/** The API's calls for one resource, with the type of its objects. */
export class ResourceClient<T extends Writable> {
  readonly #api: Api;
  readonly #resource: ResourceName;

  constructor(api: Api, resource: ResourceName) {
    this.#api = api;
    this.#resource = resource;
  }

  /** The object of that name, or undefined. `namespace` is null for resources that have none. */
  find(namespace: string | null, name: string): Stored<T> | undefined {
    try {
      return typed<T>(this.#api.get(this.#resource, namespace, name));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The selected objects; those of all namespaces when none is selected. */
  list(selection: Partial<Selection> = {}): Stored<T>[] {
    return this.#api
      .list(this.#resource, { namespace: null, ...selection })
      .items.map((item) => typed<T>(item));
  }

  /** Creates `object` in the namespace that its metadata name. @throws ApiStatusError */
  create(object: T): Stored<T> {
    return typed(this.#api.create(this.#resource, namespaceOf(object), untyped(object)));
  }

  /** Replaces the object. @throws ApiStatusError 409 where `object` is not made from its latest version. */
  update(object: T): Stored<T> {
    return typed(this.#api.update(this.#resource, namespaceOf(object), untyped(object)));
  }

  /** Replaces the object's status alone. @throws ApiStatusError as `update` */
  updateStatus(object: T): Stored<T> {
    return typed(this.#api.update(this.#resource, namespaceOf(object), untyped(object), 'status'));
  }

  /** Deletes this very object (by its uid), at its leisure or within `gracePeriodSeconds`; fine if it is gone. */
  delete(object: Stored<T>, gracePeriodSeconds?: number): void {
    const preconditions = { uid: object.metadata.uid };
    const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
    try {
      this.#api.delete(this.#resource, namespaceOf(object), object.metadata.name, {
        preconditions,
        ...grace,
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  /** Watches the selected objects; those of all namespaces when none is selected. Returns what ends it. */
  watch(onEvent: OnEvent<T>, selection: Partial<Selection> = {}): () => void {
    return this.#api.watch(this.#resource, { namespace: null, ...selection }, (event) =>
      onEvent(event.type, typed(event.object)),
    );
  }
}

/** Whether the API answered that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status.code === 404;
}

/** Whether the API answered that the object is another or has changed, or exists already. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status.code === 409;
}

function namespaceOf(object: Writable): string | null {
  return object.metadata?.namespace ?? null;
}

function typed<T extends Writable>(object: KubernetesObject): Stored<T> {
  return object as unknown as Stored<T>;
}

function untyped(object: Writable): ObjectToWrite {
  return object as unknown as ObjectToWrite;
}
