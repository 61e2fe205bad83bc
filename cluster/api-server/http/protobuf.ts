import type { JsonObject } from '../../../base/json.ts';

/** A message's fields by their numbers, each with its name in JSON and its type. */
interface Message {
  readonly [number: number]: readonly [name: string, type: FieldType];
}
type FieldType = 'string' | 'integer' | 'strings' | 'map' | Message;

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';

const objectMeta: Message = {
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  11: ['labels', 'map'],
  12: ['annotations', 'map'],
};

/** The kinds that `kubectl` sends in this form alone: by `auth can-i`, and by `create` of what needs no file. */
const kinds: Readonly<Record<string, Message>> = {
  SelfSubjectAccessReview: {
    2: [
      'spec',
      {
        1: [
          'resourceAttributes',
          {
            1: ['namespace', 'string'],
            2: ['verb', 'string'],
            3: ['group', 'string'],
            4: ['version', 'string'],
            5: ['resource', 'string'],
            6: ['subresource', 'string'],
            7: ['name', 'string'],
          },
        ],
        2: ['nonResourceAttributes', { 1: ['path', 'string'], 2: ['verb', 'string'] }],
      },
    ],
  },
  SelfSubjectReview: {},
  TokenRequest: {
    2: [
      'spec',
      {
        1: ['audiences', 'strings'],
        3: ['boundObjectRef', { 1: ['kind', 'string'], 2: ['apiVersion', 'string'], 3: ['name', 'string'] }],
        4: ['expirationSeconds', 'integer'],
      },
    ],
  },
  Namespace: { 1: ['metadata', objectMeta] },
  ServiceAccount: { 1: ['metadata', objectMeta] },
};

const magic = Buffer.from('k8s\0');
const envelope: Message = { 1: ['typeMeta', { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] }] };
const bodyField = 2;

/** Reads an object in Kubernetes' protobuf form; null where it is of a kind that this server reads as JSON alone. */
export function readProtobuf(bytes: Buffer): JsonObject | null {
  if (!bytes.subarray(0, magic.length).equals(magic)) return null;
  const wrapped = bytes.subarray(magic.length);
  const { apiVersion, kind } = readMessage(wrapped, envelope)['typeMeta'] as {
    apiVersion: string;
    kind: string;
  };
  const message = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const body = [...fieldsOf(wrapped)].find(({ number }) => number === bodyField);
  return message && body ? { kind, apiVersion, ...readMessage(body.bytes, message) } : null;
}

interface Field {
  readonly number: number;
  /** Of a field that is a number. */
  readonly value: number;
  /** Of a field that is a string, a list's item or a message. */
  readonly bytes: Buffer;
}

function readMessage(bytes: Buffer, message: Message): JsonObject {
  const read: Record<string, unknown> = {};
  for (const field of fieldsOf(bytes)) {
    const [name, type] = message[field.number] ?? [];
    if (name === undefined || type === undefined) continue;
    // Kubernetes writes empty strings for fields that are not set.
    const value = readField(field, type, read[name]);
    if (value !== '') read[name] = value;
  }
  return read;
}

function readField({ value, bytes }: Field, type: FieldType, before: unknown): unknown {
  if (type === 'integer') return value;
  if (type === 'string') return bytes.toString('utf8');
  if (type === 'strings')
    return [...(Array.isArray(before) ? (before as unknown[]) : []), bytes.toString('utf8')];
  if (type !== 'map') return readMessage(bytes, type);
  const { key = '', value: entry = '' } = readMessage(bytes, {
    1: ['key', 'string'],
    2: ['value', 'string'],
  });
  return { ...(before as object | undefined), [String(key)]: entry };
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

function* fieldsOf(bytes: Buffer): Generator<Field> {
  const position = { at: 0 };
  while (position.at < bytes.length) {
    const tag = readVarint(bytes, position);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    const value =
      wireType === wireTypes.varint || wireType === wireTypes.bytes ? readVarint(bytes, position) : 0;
    const fixed = wireType === wireTypes.fixed64 ? 8 : wireType === wireTypes.fixed32 ? 4 : 0;
    const length = wireType === wireTypes.bytes ? value : fixed;
    yield { number, value, bytes: bytes.subarray(position.at, position.at + length) };
    position.at += length;
  }
}

function readVarint(bytes: Buffer, position: { at: number }): number {
  let value = 0;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = bytes[position.at] ?? 0;
    position.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}
