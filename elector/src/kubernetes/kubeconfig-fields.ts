import { isJsonObject, type JsonObject } from '../../../base/json.ts';

/** The text in a field; `''` where there is none. Values are never shown, since they may be secrets. @throws Error that names the field */
export function textIn(object: JsonObject, field: string): string {
  const value = object[field] ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`${field} is no text`);
}

/** The truth in a field; false where there is none. @throws Error that names the field */
export function flagIn(object: JsonObject, field: string): boolean {
  const value = object[field] ?? false;
  if (typeof value === 'boolean') return value;
  throw new Error(`${field} is neither true nor false`);
}

/** The object in a field; null where there is none. @throws Error that names the field */
export function objectIn(object: JsonObject, field: string): JsonObject | null {
  const value = object[field] ?? null;
  if (value === null || isJsonObject(value)) return value;
  throw new Error(`${field} is no object`);
}

/** The list in a field, each of its entries as `read` reads it; empty where there is none. @throws Error that names the field */
export function listIn<T>(object: JsonObject, field: string, read: (entry: unknown) => T): T[] {
  const value = object[field] ?? [];
  if (!Array.isArray(value)) throw new Error(`${field} is no list`);
  return value.map(read);
}
