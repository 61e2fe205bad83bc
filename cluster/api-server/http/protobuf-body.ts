import type { JsonObject } from '../../../base/json.ts';
import { decodeMessage } from '../protobuf/decode.ts';
import { fieldsOf } from '../protobuf/wire.ts';
import { resources } from '../resources.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import { deleteOptionsSchema, evictionSchema, scaleSchema, tokenRequestSchema } from '../schema/reviews.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { virtualResources } from './virtual-resources.ts';

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

const schemas = new Map<string, ObjectSchema>(
  [
    ...[...resources, ...virtualResources].map(({ schema }) => schema),
    ...[deleteOptionsSchema, evictionSchema, scaleSchema, tokenRequestSchema],
  ].map((schema) => [schema.name, schema]),
);

// What comes before the message that holds type and object: `runtime.Unknown` of k8s.io/apimachinery.
const magic = Buffer.from('k8s\0');
const unknown = { typeMeta: 1, raw: 2 };
const typeMeta = { apiVersion: 1, kind: 2 };

/**
 * Reads an object in Kubernetes' protobuf form, as kubectl and Go's clients send it.
 * @throws ApiStatusError 400 where it cannot be read, 415 where it holds what this server reads in JSON alone
 */
export function readProtobuf(bytes: Buffer): JsonObject {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw badRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  try {
    return readObject(bytes.subarray(magic.length));
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`unable to decode protobuf: ${error.message}`);
    if (error instanceof TypeError) throw unsupportedMediaType(error.message);
    throw error;
  }
}

function readObject(wrapped: Buffer): JsonObject {
  const type = part(wrapped, unknown.typeMeta);
  const kind = part(type, typeMeta.kind).toString();
  const schema = schemas.get(kind);
  if (!schema) throw new TypeError(`a ${kind} is only read in JSON by the embedded cluster`);
  const apiVersion = part(type, typeMeta.apiVersion).toString();
  return { kind, apiVersion, ...decodeMessage(schema, part(wrapped, unknown.raw)) };
}

const part = (bytes: Buffer, wanted: number): Buffer =>
  [...fieldsOf(bytes)].find(({ number }) => number === wanted)?.bytes ?? Buffer.alloc(0);
