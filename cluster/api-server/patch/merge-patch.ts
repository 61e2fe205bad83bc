import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';

/** Applies a JSON merge patch (RFC 7386): null takes away, objects are merged, all else replaces. */
export function applyMergePatch(target: unknown, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, isJsonObject(value) ? applyMergePatch(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}
