import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { longestElapsed, now } from '../../base/clock.ts';
import type { Clock, Instant } from '../../base/clock.ts';

/** What the browsers are told, and when it changes by itself. */
export interface MessageSource {
  /** The message as it is now: one line. */
  readonly message: () => string;
  /** What each is told before its first message: events of a name, as `namedEvent` makes them; empty for none. */
  readonly greeting: () => string;
  /** Milliseconds until the message changes only because time passes; Infinity when it will not. */
  readonly changesInMs: () => number;
}

/** How many streams may be open at once. A heartbeat to that many costs some hundredths of a second. */
export const maxReaders = 2000;

/** An event that is told apart from the messages by its name. `line`: what it says, in one line. */
export function namedEvent(name: string, line: string): string {
  return `event: ${name}\ndata: ${line}\n\n`;
}

const heartbeatMs = 1000;
const retryMs = 500;
const longestWaitMs = 60_000;

interface Reader {
  readonly response: ServerResponse;
  /** When the last message was sent to it. */
  sentAt: Instant;
}

/**
 * The open `GET /events` streams. Every message says everything, and one is sent every second even when nothing changed: a
 * browser that hears nothing for longer knows that its pod hangs. A reader that does not keep up misses messages, and none
 * are stored for it; one that takes nothing for a minute is cut off.
 */
export class BrowserEvents {
  readonly #clock: Clock;
  readonly #source: MessageSource;
  /** By connection: a response that waits behind another one on its connection is never told that this has closed. */
  readonly #readers = new Map<Socket, Reader>();
  #cancelNext: (() => void) | null = null;

  constructor(clock: Clock, source: MessageSource) {
    this.#clock = clock;
    this.#source = source;
  }

  /** Whether there are as many readers as there may be. */
  get isFull(): boolean {
    return this.#readers.size >= maxReaders;
  }

  /** Whether this connection carries a stream. What is asked on it from now on can never be answered. */
  has(connection: Socket): boolean {
    return this.#readers.has(connection);
  }

  /** Answers a request with an event stream: the message now, and then whenever it is sent. */
  add(response: ServerResponse): void {
    const { socket } = response.req;
    if (socket.destroyed) return;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    response.write(`retry: ${retryMs}\n\n${this.#source.greeting()}${this.#event()}`);
    this.#readers.set(socket, { response, sentAt: now(this.#clock) });
    socket.on('close', () => this.#readers.delete(socket));
    if (this.#cancelNext === null) this.#scheduleNext();
  }

  /** Sends the message as it is now to every reader that has taken the one before; the greeting too, where that has changed. */
  send({ greetAgain = false } = {}): void {
    const event = `${greetAgain ? this.#source.greeting() : ''}${this.#event()}`;
    const sentAt = now(this.#clock);
    for (const [socket, reader] of this.#readers) {
      if (!reader.response.writableNeedDrain) {
        reader.sentAt = sentAt;
        reader.response.write(event);
      } else if (longestElapsed(this.#clock, reader.sentAt) >= longestWaitMs) {
        this.#readers.delete(socket);
        socket.destroy();
      }
    }
    this.#scheduleNext();
  }

  #event(): string {
    return `data: ${this.#source.message()}\n\n`;
  }

  #scheduleNext(): void {
    this.#cancelNext?.();
    this.#cancelNext = null;
    if (this.#readers.size === 0) return;
    const delayMs = Math.min(heartbeatMs, this.#source.changesInMs());
    this.#cancelNext = this.#clock.after(delayMs, () => this.send());
  }
}
