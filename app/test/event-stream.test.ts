import assert from 'node:assert/strict';
import { EventStreamReader } from '../src/event-stream.ts';
import type { StreamItem } from '../src/event-stream.ts';

const encoder = new TextEncoder();

function readAll(...chunks: string[]): StreamItem[] {
  const reader = new EventStreamReader();
  return chunks.flatMap((chunk) => reader.read(encoder.encode(chunk)));
}

function event(data: string): StreamItem {
  return { type: 'event', data };
}

describe('EventStreamReader', () => {
  it('reads events and comments in order', () => {
    assert.deepEqual(readAll('data: 1\n\n:\n: beat\ndata: 2\n\n'), [
      event('1'),
      { type: 'comment' },
      { type: 'comment' },
      event('2'),
    ]);
  });

  it('reads the same whatever the line ends are', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      assert.deepEqual(readAll(`data: 1${end}${end}data: 2${end}${end}`), [event('1'), event('2')]);
    }
  });

  it('reads the same when every byte comes alone', () => {
    const bytes = encoder.encode('\uFEFFdata: pöd\r\ndata: b\r\n\r\n: beat\r\n\r\ndata: 2\r\n\r\n');
    const reader = new EventStreamReader();
    const items = [...bytes].flatMap((byte) => reader.read(Uint8Array.of(byte)));
    assert.deepEqual(items, [event('pöd\nb'), { type: 'comment' }, event('2')]);
  });

  it('joins the data lines of one event', () => {
    assert.deepEqual(readAll('data: a\ndata:  b\ndata:c\ndata\n\n'), [event('a\n b\nc\n')]);
  });

  it('skips other fields, and events without data', () => {
    assert.deepEqual(readAll('event: x\nid: 7\nretry: 5\ndatum: 3\n\ndata: 1\n\n'), [event('1')]);
  });

  it('holds back an event that has not ended', () => {
    assert.deepEqual(readAll('data: 1\n'), []);
  });

  it('refuses a line without end', () => {
    assert.throws(() => readAll('data: ', 'x'.repeat(70_000)), /line without end/);
  });

  it('refuses an event without end', () => {
    assert.throws(
      () => readAll(`data: ${'x'.repeat(40_000)}\n`, `data: ${'x'.repeat(40_000)}\n`),
      /event without end/,
    );
  });
});
