/** A moment, in milliseconds since 1970, as the API writes it: RFC 3339 in whole seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
