import type { DeleteOptions, PropagationPolicy } from '../deletion.ts';
import { invalidValue, notSupported } from '../field-error.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import { badRequest, invalid } from '../status.ts';
import { protobufMediaType } from './protobuf-body.ts';
import { parseObject, readJson } from './request-body.ts';

const propagationPolicies = ['Foreground', 'Background', 'Orphan'] as const;

/** Whether nothing shall be changed: `dryRun=All`. @throws ApiStatusError 422 for another value. */
export function readDryRun(values: readonly string[], kind: string): boolean {
  const wrong = values.find((value) => value !== 'All');
  if (wrong !== undefined) throw invalid(kind, 'meta.k8s.io', '', [notSupported('dryRun', wrong, ['All'])]);
  return values.length > 0;
}

/** Reads what a DELETE asks for, from its body or else its query. @throws ApiStatusError 400 or 422 */
export function readDeleteOptions(body: string, mediaType: string, query: URLSearchParams): DeleteOptions {
  const sent = body === '' ? fromQuery(query) : fromBody(body, mediaType);
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = sent;
  if (gracePeriodSeconds !== undefined && !Number.isInteger(gracePeriodSeconds))
    throw badRequest(`gracePeriodSeconds: ${JSON.stringify(gracePeriodSeconds)} is not a whole number`);
  const refuse = (error: ReturnType<typeof invalidValue>) =>
    invalid('DeleteOptions', 'meta.k8s.io', '', [error]);
  if (propagationPolicy !== undefined && !isPropagationPolicy(propagationPolicy))
    throw refuse({
      ...notSupported('propagationPolicy', '', []),
      message: `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    });
  return {
    dryRun: readDryRun(Array.isArray(dryRun) ? dryRun.map(String) : [], 'DeleteOptions'),
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds: Math.max(gracePeriodSeconds, 0) }),
    ...(isPropagationPolicy(propagationPolicy) && { propagationPolicy }),
    ...(isJsonObject(preconditions) && { preconditions: readPreconditions(preconditions) }),
  };
}

const isPropagationPolicy = (value: unknown): value is PropagationPolicy =>
  propagationPolicies.some((policy) => policy === value);

function readPreconditions({ uid, resourceVersion }: JsonObject) {
  return {
    ...(typeof uid === 'string' && { uid }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  };
}

function fromBody(body: string, mediaType: string): JsonObject {
  if (mediaType === protobufMediaType) return parseObject(body, mediaType, 'DeleteOptions');
  const value = readJson(body, (why) => `couldn't get version/kind; json parse error: ${why}`);
  return isJsonObject(value) ? value : {};
}

function fromQuery(query: URLSearchParams): JsonObject {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
  };
}
