import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { ObjectSchema, ScalarSchema, Schema } from './schema.ts';

/** A value as its schema describes it, and which fields of what was sent are unknown and left out. */
export interface Decoded {
  readonly value: JsonObject;
  /** Paths such as `spec.containers[0].imagee`. */
  readonly unknownFields: readonly string[];
}

/** Where in an object a value lies. */
interface Position {
  /** With indexes, for people who look for the field. */
  readonly path: string;
  /** As in the messages of Kubernetes' decoder: `PodSpec.spec.containers`. */
  readonly goField: string;
}

/**
 * Reads `sent` as an object of a schema. Fields that are null count as not sent.
 * @throws TypeError with Kubernetes' words where a field has the wrong type.
 */
export function decode(schema: ObjectSchema, sent: JsonObject): Decoded {
  const unknownFields: string[] = [];
  const value = decodeFields(schema, sent, '', '', unknownFields);
  return { value, unknownFields };
}

function decodeFields(
  { name, fields }: ObjectSchema,
  sent: JsonObject,
  path: string,
  goPath: string,
  unknownFields: string[],
): JsonObject {
  const decoded: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(sent)) {
    const at = path === '' ? key : `${path}.${key}`;
    const goAt = goPath === '' ? key : `${goPath}.${key}`;
    const schema = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!schema) unknownFields.push(at);
    else if (value !== null)
      decoded[key] = decodeValue(
        schema,
        value,
        { path: at, goField: `${name}.${goAt}` },
        goAt,
        unknownFields,
      );
  }
  return decoded;
}

function decodeValue(
  schema: Schema,
  value: unknown,
  at: Position,
  goPath: string,
  unknown: string[],
): unknown {
  switch (schema.type) {
    case 'object':
      if (!isJsonObject(value)) throw wrongType(schema, value, at);
      return decodeFields(schema, value, at.path, goPath, unknown);
    case 'list':
      if (!Array.isArray(value)) throw wrongType(schema, value, at);
      return value.map((item, index) =>
        decodeValue(schema.items, item, { ...at, path: `${at.path}[${index}]` }, goPath, unknown),
      );
    case 'map':
      if (!isJsonObject(value)) throw wrongType(schema, value, at);
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
          key,
          decodeValue(schema.values, entry, { ...at, path: `${at.path}.${key}` }, goPath, unknown),
        ]),
      );
    default:
      return decodeScalar(schema, value, at);
  }
}

const timeForms = {
  time: {
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/,
    layout: '2006-01-02T15:04:05Z07:00',
  },
  microTime: {
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[-+]\d\d:\d\d)$/,
    layout: '2006-01-02T15:04:05.000000Z07:00',
  },
};

const quantity = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function decodeScalar(schema: ScalarSchema, value: unknown, at: Position): unknown {
  switch (schema.type) {
    case 'any':
      return value;
    case 'intOrString':
      if (typeof value === 'string' || Number.isInteger(value)) return value;
      break;
    case 'int32':
    case 'int64':
      if (Number.isInteger(value) && Math.abs(Number(value)) <= limits[schema.type]) return value;
      break;
    case 'quantity':
      if (!(typeof value === 'string' || typeof value === 'number')) break;
      if (!quantity.test(String(value)))
        throw new TypeError(
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
      return String(value);
    case 'time':
    case 'microTime':
      if (typeof value !== 'string') break;
      return decodeTime(schema.type, value);
    default:
      if (typeof value === schema.type) return value;
  }
  throw wrongType(schema, value, at);
}

const limits = { int32: 2 ** 31, int64: Number.MAX_SAFE_INTEGER };

function decodeTime(type: 'time' | 'microTime', value: string): string {
  const { pattern, layout } = timeForms[type];
  if (pattern.test(value) && !Number.isNaN(Date.parse(value))) return value;
  const [quoted, quotedLayout] = [JSON.stringify(value), JSON.stringify(layout)];
  const lacksMicros = type === 'microTime' && timeForms.time.pattern.test(value);
  const why = lacksMicros
    ? `cannot parse "${value.slice(19)}" as ".000000"`
    : `cannot parse ${quoted} as ${JSON.stringify('2006')}`;
  throw new TypeError(`parsing time ${quoted} as ${quotedLayout}: ${why}`);
}

function wrongType(schema: Schema, value: unknown, { goField }: Position): TypeError {
  return new TypeError(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${goField} of type ${goType(schema)}`,
  );
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value;
}

function goType(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      return `v1.${schema.name}`;
    case 'list':
      return `[]${goType(schema.items)}`;
    case 'map':
      return `map[string]${goType(schema.values)}`;
    case 'boolean':
      return 'bool';
    case 'quantity':
      return 'resource.Quantity';
    case 'intOrString':
      return 'intstr.IntOrString';
    default:
      return schema.type;
  }
}
