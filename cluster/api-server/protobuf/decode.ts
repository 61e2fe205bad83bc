import type { JsonObject } from '../../../base/json.ts';
import type { ObjectSchema, ScalarSchema, Schema } from '../schema/schema.ts';
import { discoveryFieldNumbers, fieldNumbers } from './field-numbers.ts';
import { fieldsOf } from './wire.ts';
import type { Field } from './wire.ts';

type FieldNumbers = Readonly<Record<string, string>>;

// Of type []byte, which is text in base64 in JSON.
const binaryMaps = ['Secret.data', 'ConfigMap.binaryData'];
// Who wrote which field is not kept here.
const dropped = ['managedFields'];

/**
 * Reads a message as the JSON of an object of that schema. A field that Kubernetes has and the schema has not is null
 * there, so that it is told as in JSON; one that Kubernetes has not either is passed over, as Kubernetes does.
 * @throws RangeError where the bytes are no such message; TypeError that names a field which is only read in JSON
 */
export function decodeMessage(schema: ObjectSchema, bytes: Buffer): JsonObject {
  const isDiscovery = schema.name === 'EndpointSlice';
  const numbers = isDiscovery ? { ...fieldNumbers, ...discoveryFieldNumbers } : fieldNumbers;
  return readFields(numbers, schema, schema.name, bytes);
}

/** @param message the message's name, which differs from the schema's for one whose fields lie among the object's own */
function readFields(numbers: FieldNumbers, schema: ObjectSchema, message: string, bytes: Buffer): JsonObject {
  const names = (numbers[message] ?? '').split(' ');
  const read: Record<string, unknown> = {};
  for (const field of fieldsOf(bytes)) {
    const [, inlined, name = '', isPointer] =
      /^(\.\.\.)?(\w+)(\?)?$/.exec(names[field.number - 1] ?? '_') ?? [];
    if (inlined) Object.assign(read, readFields(numbers, schema, name, field.bytes));
    const type = schema.fields[name];
    if (!type && !inlined && isMissing(name, field)) read[name] = null;
    if (!type || dropped.includes(name)) continue;
    const value = readValue(numbers, type, `${schema.name}.${name}`, field, read[name]);
    if (value !== undefined && (isPointer || !isZero(value))) read[name] = value;
  }
  return read;
}

/** Whether a field that no schema has says something; a review's status does not, which is the answer to it. */
const isMissing = (name: string, { value }: Field) => !['_', 'status'].includes(name) && value !== 0n;

const isZero = (value: unknown) => value === '' || value === 0 || value === false;

function readValue(
  numbers: FieldNumbers,
  type: Schema,
  path: string,
  field: Field,
  before: unknown,
): unknown {
  switch (type.type) {
    case 'object':
      return readFields(numbers, type, type.name, field.bytes);
    case 'list':
      return [
        ...((before as unknown[] | undefined) ?? []),
        readValue(numbers, type.items, path, field, undefined),
      ];
    case 'map': {
      const [key, value] = readEntry(field.bytes);
      const isBinary = binaryMaps.includes(path);
      const entry = isBinary
        ? value.bytes.toString('base64')
        : readValue(numbers, type.values, path, value, undefined);
      return { ...(before as object | undefined), [key]: entry };
    }
    default:
      return readScalar(type, path, field);
  }
}

const nothing: Field = { number: 0, value: 0n, bytes: Buffer.alloc(0) };

/** The fields of a message that this server reads by their numbers alone. */
const byNumber = (bytes: Buffer) => new Map([...fieldsOf(bytes)].map((field) => [field.number, field]));

function readEntry(bytes: Buffer): [key: string, value: Field] {
  const fields = byNumber(bytes);
  return [(fields.get(1) ?? nothing).bytes.toString(), fields.get(2) ?? nothing];
}

function readScalar({ type }: ScalarSchema, path: string, { value, bytes }: Field): unknown {
  switch (type) {
    case 'string':
      return bytes.toString();
    case 'boolean':
      return value !== 0n;
    case 'int32':
    case 'int64':
      return Number(value);
    case 'quantity':
      return byNumber(bytes).get(1)?.bytes.toString();
    case 'intOrString':
      return readIntOrString(bytes);
    case 'time':
    case 'microTime':
      return readTime(type, bytes);
    case 'any':
      if (bytes.length === 0) return undefined;
      throw new TypeError(`${path} is only read in JSON by the embedded cluster`);
  }
}

function readIntOrString(bytes: Buffer): number | string {
  const fields = byNumber(bytes);
  const isString = (fields.get(1) ?? nothing).value === 1n;
  return isString ? (fields.get(3) ?? nothing).bytes.toString() : Number((fields.get(2) ?? nothing).value);
}

/** A time that is not set is an empty message. */
function readTime(type: 'time' | 'microTime', bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const fields = byNumber(bytes);
  const [seconds, nanos] = [1, 2].map((number) => Number((fields.get(number) ?? nothing).value)) as [
    number,
    number,
  ];
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return type === 'time' ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}
