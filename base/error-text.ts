/** What an error says, for people; anything can be thrown, also what has no text. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something without a text was thrown';
  }
}
