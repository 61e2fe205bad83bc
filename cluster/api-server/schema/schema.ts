/** The types of an object's fields: what may be sent, and how lists are merged. */
export type Schema = ScalarSchema | ObjectSchema | ListSchema | MapSchema;

export interface ScalarSchema {
  readonly type:
    'string' | 'boolean' | 'int32' | 'int64' | 'quantity' | 'intOrString' | 'time' | 'microTime' | 'any';
}

export interface ObjectSchema {
  readonly type: 'object';
  /** The type's name in Kubernetes, which its errors mention: `PodSpec`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Schema>>;
}

export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  /** The field that tells items apart, for lists that a strategic merge patch merges item by item. */
  readonly mergeKey?: string;
  /** A list of plain values that a strategic merge patch joins. */
  readonly joined?: boolean;
}

export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
}

export const string: Schema = { type: 'string' };
export const boolean: Schema = { type: 'boolean' };
export const int32: Schema = { type: 'int32' };
export const int64: Schema = { type: 'int64' };
export const intOrString: Schema = { type: 'intOrString' };
export const time: Schema = { type: 'time' };
export const microTime: Schema = { type: 'microTime' };
/** What this server keeps as it is. */
export const any: Schema = { type: 'any' };

export const object = (name: string, fields: ObjectSchema['fields']): ObjectSchema => ({
  type: 'object',
  name,
  fields,
});
export const list = (items: Schema): ListSchema => ({ type: 'list', items });
export const mergedList = (items: Schema, mergeKey: string): ListSchema => ({
  type: 'list',
  items,
  mergeKey,
});
export const joinedList = (items: Schema): ListSchema => ({ type: 'list', items, joined: true });
export const map = (values: Schema): MapSchema => ({ type: 'map', values });
export const strings: ListSchema = list(string);
export const quantities: MapSchema = map({ type: 'quantity' });

/** Several fields of one type. */
export const each = (schema: Schema, ...names: readonly string[]): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));
