import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { ListSchema, Schema } from '../schema/schema.ts';

const directive = '$patch';
const removals = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch: as a merge patch, but lists whose items the schema tells apart are merged item
 * by item. `$patch: delete`, `$patch: replace` and `$deleteFromPrimitiveList/…` are followed; the order that
 * `$setElementOrder/…` asks for is not, since no list here depends on it.
 */
export function applyStrategicMergePatch(schema: Schema, target: unknown, patch: JsonObject): JsonObject {
  const merged = new Map(
    Object.entries(isJsonObject(target) && patch[directive] !== 'replace' ? target : {}),
  );
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(removals)) removeValues(merged, key.slice(removals.length), value);
    else if (key.startsWith('$')) continue;
    else if (value === null) merged.delete(key);
    else merged.set(key, mergeValue(fieldSchema(schema, key), merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function mergeValue(schema: Schema | undefined, target: unknown, patch: unknown): unknown {
  const known = schema ?? { type: 'any' };
  if (isJsonObject(patch)) return applyStrategicMergePatch(known, target, patch);
  if (Array.isArray(patch) && known.type === 'list')
    return mergeList(known, Array.isArray(target) ? target : [], patch);
  return patch;
}

function fieldSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.type === 'object') return schema.fields[key];
  return schema.type === 'map' ? schema.values : undefined;
}

function mergeList(schema: ListSchema, target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const { mergeKey, joined, items } = schema;
  if (joined) return [...target, ...patch.filter((value) => !target.includes(value))];
  if (mergeKey === undefined) return [...patch];
  if (patch.some((item) => isJsonObject(item) && item[directive] === 'replace'))
    return patch.filter((item) => isJsonObject(item) && item[directive] === undefined);
  return patch.reduce<unknown[]>((list, item) => mergeItem(list, item, mergeKey, items), [...target]);
}

function mergeItem(list: unknown[], item: unknown, mergeKey: string, schema: Schema): unknown[] {
  if (!isJsonObject(item)) return [...list, item];
  const index = list.findIndex(
    (candidate) => isJsonObject(candidate) && isDeepStrictEqual(candidate[mergeKey], item[mergeKey]),
  );
  if (item[directive] === 'delete') return index < 0 ? list : list.toSpliced(index, 1);
  const merged = applyStrategicMergePatch(schema, list[index], item);
  return index < 0 ? [...list, merged] : list.with(index, merged);
}

function removeValues(merged: Map<string, unknown>, key: string, values: unknown): void {
  const present = merged.get(key);
  if (Array.isArray(present) && Array.isArray(values))
    merged.set(
      key,
      present.filter((value) => !values.includes(value)),
    );
}
