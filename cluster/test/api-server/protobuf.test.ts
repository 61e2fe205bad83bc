import assert from 'node:assert/strict';
import { decodeMessage } from '../../api-server/protobuf/decode.ts';
import { fieldNumbers } from '../../api-server/protobuf/field-numbers.ts';
import { resources } from '../../api-server/resources.ts';
import type { ObjectSchema, Schema } from '../../api-server/schema/schema.ts';
import { podSchema } from '../../api-server/schema/pod.ts';

/** The schemas of objects in a schema, itself among them. */
function objectsIn(schema: Schema): ObjectSchema[] {
  if (schema.type === 'list') return objectsIn(schema.items);
  if (schema.type === 'map') return objectsIn(schema.values);
  return schema.type === 'object' ? [schema, ...Object.values(schema.fields).flatMap(objectsIn)] : [];
}

/** The names of a message's fields, with those of the messages that lie among them. */
function fieldsOf(message: string): string[] {
  const fields = (fieldNumbers[message] ?? '').replaceAll('?', '').split(' ');
  return fields.flatMap((field) => (field.startsWith('...') ? fieldsOf(field.slice(3)) : [field]));
}

// In other places of the message than among its fields, or shared by the conditions of all kinds of objects.
const withoutNumber = /^(apiVersion|kind|last(Probe|Update|Heartbeat)Time|observedGeneration)$/;

describe('The numbers of fields', () => {
  it('are known for each object that this server keeps', () => {
    const unknown = resources
      .flatMap(({ schema }) => objectsIn(schema))
      .flatMap(({ name, fields }) => {
        const known = fieldsOf(name);
        return Object.keys(fields)
          .filter((field) => !known.includes(field) && !withoutNumber.test(field))
          .map((field) => `${name}.${field}`);
      });
    assert.deepEqual(unknown, []);
  });
});

describe('A message in protobuf', () => {
  it('tells of a field that Kubernetes has and this server has not', () => {
    const bytes = (number: number, content: Buffer) =>
      Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
    const iscsi = bytes(8, Buffer.from([8 * 3, 1]));
    const volume = Buffer.concat([bytes(1, Buffer.from('disk')), bytes(2, iscsi)]);
    assert.deepEqual(decodeMessage(podSchema, bytes(2, bytes(1, volume))), {
      spec: { volumes: [{ name: 'disk', iscsi: null }] },
    });
  });
});
