import { isJsonObject, type JsonObject } from '../json.ts';
import { ObjectStore, type ObjectVersion, type WriteOutcome, type WriteRefusal } from './object-store.ts';

/** What an API server answers a request. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: JsonObject;
}

const codeOf: Readonly<Record<WriteRefusal, number>> = {
  AlreadyExists: 409,
  Conflict: 409,
  NotFound: 404,
  Invalid: 422,
  InternalError: 500,
};

/** A Status object instead of what was asked for. */
export function refusal(code: number, reason: string, message?: string): ApiAnswer {
  return { code, body: { kind: 'Status', code, reason, ...(message !== undefined && { message }) } };
}

/** The JSON objects behind an API server, with its answers. A path is one of Kubernetes' API. */
export class KubeObjects extends ObjectStore<JsonObject, JsonObject> {
  constructor(versions: { readonly resourceVersion?: number; readonly step?: number } = {}) {
    super({ ...versions, stamp, takesUnconditionalUpdates: (path) => !isLease(path) });
  }

  get(path: string): ApiAnswer {
    const object = this.read(path);
    return object === null ? refused('NotFound') : { code: 200, body: object };
  }

  /** Creates an object in a collection. */
  post(collection: string, object: JsonObject): ApiAnswer {
    const { name, resourceVersion } = metadataIn(object);
    if (resourceVersion !== undefined) return refused('InternalError');
    return invalid(object) ?? answerTo(this.create(`${collection}/${String(name)}`, object));
  }

  /** Replaces an object, on condition of the uid and the resourceVersion that it names itself. */
  put(path: string, object: JsonObject): ApiAnswer {
    return invalid(object) ?? answerTo(this.update(path, object, metadataIn(object)));
  }

  delete(path: string, preconditions?: Partial<ObjectVersion>): ApiAnswer {
    return answerTo(this.remove(path, preconditions));
  }
}

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** What is refused of a Lease, whatever is stored; null: nothing. */
function invalid({ kind, spec }: JsonObject): ApiAnswer | null {
  if (kind !== 'Lease' || !isJsonObject(spec)) return null;
  const { leaseDurationSeconds = null, acquireTime = null, renewTime = null } = spec;
  for (const time of [acquireTime, renewTime])
    if (time !== null && !(typeof time === 'string' && microTime.test(time)))
      return refusal(400, 'BadRequest', `parsing time ${JSON.stringify(time)}`);
  if (leaseDurationSeconds === null || Number(leaseDurationSeconds) > 0) return null;
  return refusal(422, 'Invalid', 'spec.leaseDurationSeconds: must be greater than 0');
}

function answerTo(outcome: WriteOutcome<JsonObject>): ApiAnswer {
  if (!('object' in outcome)) return refused(outcome.kind);
  return { code: outcome.kind === 'created' ? 201 : 200, body: outcome.object };
}

function refused(reason: WriteRefusal): ApiAnswer {
  return refusal(codeOf[reason], reason);
}

/** The object as an API server keeps it: a field that is null, and one of the metadata that is empty, is not there. */
function stamp(object: JsonObject, { uid, resourceVersion }: ObjectVersion): JsonObject {
  const { name, namespace, ...rest } = metadataIn(object);
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  const metadata = { ...filled, name, namespace, uid, resourceVersion };
  const json = JSON.stringify({ ...object, metadata });
  const parsed: unknown = JSON.parse(json, (_, value: unknown) => value ?? undefined);
  return isJsonObject(parsed) ? parsed : {};
}

function metadataIn(object: JsonObject): JsonObject {
  return isJsonObject(object['metadata']) ? object['metadata'] : {};
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isLease(path: string): boolean {
  return path.split('/').at(-2) === 'leases';
}
