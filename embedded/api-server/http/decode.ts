import type { ServerResponse } from 'node:http';
import type { ObjectToWrite } from '../api.ts';
import type { JsonObject } from '../json.ts';
import { apiVersionOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { badRequest } from '../status.ts';

/**
 * Makes an object of a resource out of parsed JSON.
 * @throws StatusError 400 where it is of another kind, or a field has the wrong type.
 */
export function decodeObject(
  resource: Resource,
  sent: JsonObject,
  _query: URLSearchParams,
  _response: ServerResponse,
): ObjectToWrite {
  checkKind(resource, sent);
  return sent as ObjectToWrite;
}

function checkKind(
  resource: Resource,
  { kind = resource.kind, apiVersion = apiVersionOf(resource) }: JsonObject,
): void {
  const expected = apiVersionOf(resource);
  if (kind !== resource.kind)
    throw badRequest(
      `${String(kind)} in version "${resource.version}" cannot be handled as a ${resource.kind}: ` +
        `the object is of kind ${String(kind)}`,
    );
  if (apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
}
