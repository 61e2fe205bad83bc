import type { KubernetesObject } from '../api.ts';
import { readJson } from '../http/request-body.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Schema } from '../schema/schema.ts';
import { badRequest, rejectedPatch, unsupportedMediaType } from '../status.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { JsonPatchStep } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

/**
 * What a PATCH makes of an object.
 * @throws ApiStatusError 400 where the patch cannot be read, 415 where its form is unknown, 422 where it does not fit.
 */
export function applyPatch(
  schema: Schema,
  object: KubernetesObject,
  mediaType: string,
  body: string,
): JsonObject {
  switch (mediaType) {
    case 'application/json-patch+json':
      return patchedBySteps(object, readSteps(body));
    case 'application/merge-patch+json':
      return applyMergePatch(object, readFields(body));
    case 'application/strategic-merge-patch+json':
      return applyStrategicMergePatch(schema, object, readFields(body));
    case 'application/apply-patch+yaml':
      throw unsupportedMediaType(
        'server-side apply is not supported by this cluster: use "kubectl apply" without --server-side',
      );
    default:
      throw unsupportedMediaType('415: Unsupported Media Type');
  }
}

function patchedBySteps(object: KubernetesObject, steps: readonly JsonPatchStep[]): JsonObject {
  const result = fitting(() => applyJsonPatch(object, steps));
  if (!isJsonObject(result)) throw rejectedPatch();
  return result;
}

function fitting(apply: () => unknown): unknown {
  try {
    return apply();
  } catch {
    throw rejectedPatch();
  }
}

function readFields(body: string): JsonObject {
  const value = readPatch(body);
  if (isJsonObject(value)) return value;
  throw undecodable(value, 'map[string]interface {}');
}

function readSteps(body: string): JsonPatchStep[] {
  const value = readPatch(body);
  if (Array.isArray(value) && value.every(isStep)) return value;
  throw undecodable(value, '[]handlers.jsonPatchOp');
}

const isStep = (value: unknown): value is JsonPatchStep =>
  isJsonObject(value) && typeof value['op'] === 'string' && typeof value['path'] === 'string';

const readPatch = (body: string) => readJson(body, (why) => `error decoding patch: ${why}`);

function undecodable(value: unknown, wanted: string) {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type ${wanted}`);
}
