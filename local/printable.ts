/** A text of somebody else's as a terminal may show it: what would move its cursor, or the like, is shown as a question mark. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
