import assert from 'node:assert/strict';
import { eventStreamReader } from '../src/event-stream.ts';

/** What is told of a stream: the data of its events, and null for each comment. */
function read(...chunks: readonly (string | Uint8Array)[]): (string | null)[] {
  const told: (string | null)[] = [];
  const readChunk = eventStreamReader({
    onEvent: (data) => told.push(data),
    onComment: () => told.push(null),
  });
  for (const chunk of chunks) readChunk(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return told;
}

describe('The reader of an event stream', () => {
  it('tells of events and comments in order', () => {
    assert.deepEqual(read('data: 1\n\n:\n: beat\ndata: 2\n\n'), ['1', null, null, '2']);
  });

  it('reads the same when every byte comes alone', () => {
    const bytes = Buffer.from('\uFEFFdata: pöd\r\ndata: b\r\n\r\n: beat\r\n\r\ndata: 2\r\n\r\n');
    assert.deepEqual(read(...Array.from(bytes, (byte) => Uint8Array.of(byte))), ['pöd\nb', null, '2']);
  });

  it('skips other fields, and events without data', () => {
    assert.deepEqual(read('event: x\nid: 7\nretry: soon\ndatum: 3\n\ndata: 1\n\n'), ['1']);
  });

  it('holds back an event that has not ended', () => {
    assert.deepEqual(read('data: 1\n'), []);
  });

  const line = (characters: number) => `data: ${'x'.repeat(characters)}\n`;
  const withoutEnd: Record<string, readonly string[]> = {
    'a line without end': ['data: ', 'x'.repeat(70_000)],
    'an event without end': [line(40_000), line(40_000)],
    'an event that is too long, and comes at once': [`${line(70_000)}\n`],
  };
  for (const [what, chunks] of Object.entries(withoutEnd)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => read(...chunks), /^Error: the stream sent a line or an event without end$/);
    });
  }
});
