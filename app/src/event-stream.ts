import { createParser } from 'eventsource-parser';

/** What is told of a `text/event-stream`. */
export interface EventStreamListener {
  /** `name`: what the event is called, `message` where the stream gives it no name. */
  readonly onEvent: (data: string, name: string) => void;
  /** A line that carries nothing: servers send them to show that they are there. */
  readonly onComment: () => void;
}

const longestEventCharacters = 64 * 1024;

/**
 * What the chunks of one stream are to be handed to, in order.
 * @throws Error (the function that is returned) where a line or an event exceeds 64 Ki characters; the stream cannot be read on then
 */
export function eventStreamReader({ onEvent, onComment }: EventStreamListener): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  const refuse = () => {
    throw new Error('the stream sent a line or an event without end');
  };
  const parser = createParser({
    maxBufferSize: longestEventCharacters,
    onEvent: ({ data, event = 'message' }) =>
      data.length > longestEventCharacters ? refuse() : onEvent(data, event),
    onComment,
    // The other errors are fields that nobody knows, which are to be skipped.
    onError: ({ type }) => type === 'max-buffer-size-exceeded' && refuse(),
  });
  return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }));
}
