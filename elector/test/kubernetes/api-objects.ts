import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../../base/json.ts';

export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly path: string;
  readonly object: JsonObject;
}

/** A Kubernetes Status object. */
export function status(code: number, reason: string, message: string): Answer {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return { code, body };
}

/** Objects by path, with the versions and preconditions of a Kubernetes 1.34 API server, and the history that watches read. */
export class ApiObjects {
  readonly #objects = new Map<string, JsonObject>();
  readonly #changes: Change[] = [];
  readonly #onChange: (change: Change) => void;
  version = 100;

  constructor(onChange: (change: Change) => void) {
    this.#onChange = onChange;
  }

  get(path: string): Answer {
    const object = this.#objects.get(path);
    return object === undefined ? notFound(path) : { code: 200, body: object };
  }

  create(collection: string, sent: JsonObject): Answer {
    const path = `${collection}/${String(metadata(sent)['name'])}`;
    if (metadata(sent)['resourceVersion'] !== undefined)
      return status(500, 'InternalError', 'resourceVersion should not be set on objects to be created');
    if (this.#objects.has(path)) return status(409, 'AlreadyExists', `${named(path)} already exists`);
    return this.#create(path, sent);
  }

  replace(path: string, sent: JsonObject): Answer {
    const current = this.#objects.get(path);
    const has = current === undefined ? {} : metadata(current);
    const { uid, resourceVersion } = metadata(sent);
    if (uid !== undefined && uid !== has['uid']) {
      return conflict(path, 'Precondition failed: UID in precondition');
    }
    if (current === undefined) return this.#create(path, sent);
    if (resourceVersion === undefined && path.split('/').at(-2) === 'leases')
      return status(422, 'Invalid', 'metadata.resourceVersion: must be specified for an update');
    if (resourceVersion !== undefined && resourceVersion !== has['resourceVersion']) {
      return conflict(path, 'the object has been modified');
    }
    const refusal = invalid(sent);
    if (refusal !== null) return refusal;
    const unchanged = isDeepStrictEqual(kept(sent, has), current);
    return {
      code: 200,
      body: unchanged ? current : this.#store('MODIFIED', path, sent, String(has['uid'])),
    };
  }

  delete(path: string): Answer {
    const current = this.#objects.get(path);
    if (current === undefined) return notFound(path);
    this.#objects.delete(path);
    this.version += 1;
    const gone = { ...current, metadata: { ...metadata(current), resourceVersion: String(this.version) } };
    this.#record({ type: 'DELETED', version: this.version, path, object: gone });
    return { code: 200, body: gone };
  }

  /** What a watch after `version` has to report first; after 0, the present objects. */
  changesAfter(version: number): Change[] {
    if (version > 0) return this.#changes.filter((change) => change.version > version);
    return [...this.#objects].map(([path, object]) => ({
      type: 'ADDED',
      version: this.version,
      path,
      object,
    }));
  }

  #create(path: string, sent: JsonObject): Answer {
    return invalid(sent) ?? { code: 201, body: this.#store('ADDED', path, sent, randomUUID()) };
  }

  #store(type: Change['type'], path: string, sent: JsonObject, uid: string): JsonObject {
    this.version += 1;
    const object = kept(sent, { uid, resourceVersion: String(this.version) });
    this.#objects.set(path, object);
    this.#record({ type, version: this.version, path, object });
    return object;
  }

  #record(change: Change): void {
    this.#changes.push(change);
    this.#onChange(change);
  }
}

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

function invalid(object: JsonObject): Answer | null {
  const spec = object['kind'] === 'Lease' && isJsonObject(object['spec']) ? object['spec'] : {};
  const { leaseDurationSeconds = null, acquireTime = null, renewTime = null } = spec;
  for (const time of [acquireTime, renewTime]) {
    if (time !== null && !(typeof time === 'string' && microTime.test(time))) {
      return status(400, 'BadRequest', `parsing time ${JSON.stringify(time)}`);
    }
  }
  if (leaseDurationSeconds === null || Number(leaseDurationSeconds) > 0) return null;
  return status(422, 'Invalid', 'spec.leaseDurationSeconds: must be greater than 0');
}

function metadata(object: JsonObject): JsonObject {
  return isJsonObject(object['metadata']) ? object['metadata'] : {};
}

/** An object as an API server keeps it: a field that is null, and one of the metadata that is empty, is not there. */
function kept(sent: JsonObject, { uid, resourceVersion }: JsonObject): JsonObject {
  const filled = Object.entries(metadata(sent)).filter(([, value]) => !isEmpty(value));
  const object = { ...sent, metadata: { ...Object.fromEntries(filled), uid, resourceVersion } };
  return JSON.parse(JSON.stringify(object), (_, value: unknown) => value ?? undefined) as JsonObject;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function named(path: string): string {
  const [name, resource] = path.split('/').reverse();
  return `${resource ?? ''} "${name ?? ''}"`;
}

function notFound(path: string): Answer {
  return status(404, 'NotFound', `${named(path)} not found`);
}

function conflict(path: string, why: string): Answer {
  return status(409, 'Conflict', `Operation cannot be fulfilled on ${named(path)}: ${why}`);
}
