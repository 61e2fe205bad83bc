/**
 * The JSON values of a stream that has one on each line, as they come, however the stream cuts them into chunks. Throws an error that
 * names the line which is no JSON, is longer than `longestLine` characters, or is cut off by the stream's end.
 */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  longestLine: number,
): AsyncGenerator<unknown, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let unfinished = '';
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n');
    const complete = end === -1 ? [] : (unfinished + text.slice(0, end)).split('\n');
    unfinished = end === -1 ? unfinished + text : text.slice(end + 1);
    for (const line of [...complete, unfinished]) checkLength(line, longestLine);
    for (const line of complete) if (line.trim() !== '') yield parse(line);
  }
  if (unfinished.trim() !== '') throw new Error(`the stream ended within ${shorten(unfinished)}`);
}

function checkLength(line: string, longest: number): void {
  if (line.length > longest) throw new Error(`longer than ${longest} characters: ${shorten(line)}`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`not JSON: ${shorten(line)}`);
  }
}

function shorten(line: string): string {
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
