export type JsonObject = Record<string, unknown>;

/** Whether a parsed JSON value is an object with fields. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
