import type { ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';

/** What the browsers are told, and when it changes by itself. */
export interface MessageSource {
  /** The message as it is now: one line. */
  readonly message: () => string;
  /** Milliseconds until the message changes only because time passes; Infinity when it will not. */
  readonly changesInMs: () => number;
}

const heartbeatMs = 1000;
const retryMs = 500;

/**
 * The open `GET /events` streams. Every message says everything, and one is sent every second even when nothing changed: a
 * browser that hears nothing for longer knows that its pod hangs. A reader that does not keep up misses messages, and none
 * are stored for it.
 */
export class BrowserEvents {
  readonly #clock: Clock;
  readonly #source: MessageSource;
  readonly #readers = new Set<ServerResponse>();
  #cancelNext = () => {};

  constructor(clock: Clock, source: MessageSource) {
    this.#clock = clock;
    this.#source = source;
  }

  /** Answers a request with an event stream: the message now, and then whenever it is sent. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    response.write(`retry: ${retryMs}\n\n`);
    this.#readers.add(response);
    response.on('close', () => this.#readers.delete(response));
    this.send();
  }

  /** Sends the message as it is now to every reader that has taken the one before. */
  send(): void {
    const message = `data: ${this.#source.message()}\n\n`;
    for (const reader of this.#readers) {
      if (!reader.writableNeedDrain) reader.write(message);
    }
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    this.#cancelNext();
    if (this.#readers.size === 0) return;
    const delayMs = Math.min(heartbeatMs, this.#source.changesInMs());
    this.#cancelNext = this.#clock.after(delayMs, () => this.send());
  }
}
