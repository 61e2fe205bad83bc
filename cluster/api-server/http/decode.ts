import type { ServerResponse } from 'node:http';
import type { ObjectToWrite } from '../api.ts';
import type { JsonObject } from '../../../base/json.ts';
import { apiVersionOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { decode } from '../schema/decode.ts';
import type { Decoded } from '../schema/decode.ts';
import { badRequest } from '../status.ts';

/**
 * Makes an object of a resource out of parsed JSON. Unknown fields are left out; the parameter `fieldValidation`
 * says whether that is refused (`Strict`), warned of (`Warn`, as usual) or passed over (`Ignore`).
 * @throws ApiStatusError 400 where it is of another kind, or a field is unknown or has the wrong type.
 */
export function decodeObject(
  resource: Resource,
  sent: JsonObject,
  query: URLSearchParams,
  response: ServerResponse,
): ObjectToWrite {
  checkKind(resource, sent);
  const { value, unknownFields } = decodeFields(resource, sent);
  const texts = unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`);
  const validation = query.get('fieldValidation') ?? 'Warn';
  if (texts.length > 0 && validation === 'Strict')
    throw undecodable(resource, `strict decoding error: ${texts.join(', ')}`);
  if (validation !== 'Ignore') texts.forEach((text) => warn(response, text));
  return value;
}

function decodeFields(resource: Resource, sent: JsonObject): Decoded {
  try {
    return decode(resource.schema, sent);
  } catch (error) {
    if (error instanceof TypeError) throw undecodable(resource, error.message);
    throw error;
  }
}

const undecodable = ({ kind, version }: Resource, why: string) =>
  badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);

/** A warning that `kubectl` shows. */
export const warn = (response: ServerResponse, text: string) =>
  response.appendHeader('Warning', `299 - ${JSON.stringify(text)}`);

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
