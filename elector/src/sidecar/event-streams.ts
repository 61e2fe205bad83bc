import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { repeat, systemClock, type Clock } from '../../../base/clock.ts';
import { isClosedByPeer } from '../../../base/connection-end.ts';

/** Whose stream it is: this pod's app's own, or that of somebody who only looks on. */
export type Listener = 'app' | 'onlooker';

/** How many streams may be open at once. They are counted apart, so that onlookers never crowd the app out. */
export const maxStreams: Readonly<Record<Listener, number>> = { app: 100, onlooker: 1000 };

// An onlooker with this long a backlog is cut off; it will connect again. So is one that has taken nothing for this long. The app's own
// streams are left open, since their end tells of the app's, and are sent nothing more.
const longestBacklogBytes = 64 * 1024;
const longestWaitMs = 60_000;
const sweepPeriodMs = 10_000;

/** Who is told of the app's own streams. */
interface AppStreams {
  streamOpened(): void;
  /** The app closed it. */
  streamClosed(): void;
  /** It was ended here, which says nothing about the app. */
  streamLost(): void;
}

interface Stream {
  readonly response: ServerResponse;
  readonly listener: Listener;
  /** When it last had taken something, or had nothing to take: milliseconds of the monotonic clock. */
  takenAt: number;
  /** Whether it is ended here, and not by the client. */
  isLost: boolean;
}

/** One message of a stream. A client hears of one with a name only where it listens for that name. */
export interface StreamEvent {
  readonly name?: string;
  /** Sent as JSON. */
  readonly message: object;
}

/** The open `/events` streams: server-sent events, as the HTML standard defines them. */
export class EventStreams {
  readonly #heartbeatMs: number;
  readonly #app: AppStreams | null;
  readonly #clock: Clock;
  /** By connection: a response that waits behind another one on its connection is never told that this has closed. */
  readonly #streams = new Map<Socket, Stream>();
  #stopTimers: (() => void) | null = null;

  /** `heartbeatMs`: the time between two comments, in milliseconds. `app`: is told of the app's own streams alone. */
  constructor(options: {
    readonly heartbeatMs: number;
    readonly app: AppStreams | null;
    readonly clock?: Clock;
  }) {
    this.#heartbeatMs = options.heartbeatMs;
    this.#app = options.app;
    this.#clock = options.clock ?? systemClock;
  }

  /** How many streams are open, whoever listens. */
  get size(): number {
    return this.#streams.size;
  }

  /** Whether one more stream may be opened for this listener. */
  hasRoomFor(listener: Listener): boolean {
    return this.#count(listener) < maxStreams[listener];
  }

  /** Whether this connection carries a stream. What is asked on it from now on can never be answered. */
  has(connection: Socket): boolean {
    return this.#streams.has(connection);
  }

  /** Answers with a stream that begins with what `greeting` returns, and stays open until the client leaves. */
  open(
    { method, socket }: IncomingMessage,
    response: ServerResponse,
    listener: Listener,
    greeting: () => readonly StreamEvent[],
  ): void {
    if (socket.destroyed) return;
    const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
    if (method === 'HEAD') {
      response.writeHead(200, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, Connection: 'close' });
    // From now on the sweep decides when it has been silent for too long.
    socket.setNoDelay().setTimeout(0);
    const stream: Stream = { response, listener, takenAt: this.#clock.monotonic(), isLost: false };
    this.#streams.set(socket, stream);
    socket.on('close', () => this.#forget(socket, stream));
    if (listener === 'app') this.#app?.streamOpened();
    this.#stopTimers ??= this.#startTimers();
    this.#send(socket, stream, greeting().map(textOf).join(''));
  }

  /** Ends this connection's stream, and the connection with it once all that was sent on it has been taken. */
  end(connection: Socket): void {
    const stream = this.#streams.get(connection);
    if (stream === undefined) return;
    stream.isLost = true;
    stream.response.end();
  }

  /** Sends an event on every stream; it is asked for only where there is one. */
  publish(event: () => StreamEvent): void {
    if (this.size > 0) this.#sendAll(textOf(event()));
  }

  #sendAll(chunk: string): void {
    for (const [socket, stream] of this.#streams) this.#send(socket, stream, chunk);
  }

  #send(socket: Socket, stream: Stream, chunk: string): void {
    const { response, listener } = stream;
    if (response.writableEnded || socket.destroyed) return;
    if (response.writableLength > longestBacklogBytes) {
      if (listener === 'onlooker') socket.destroy();
      return;
    }
    const taken = () => (stream.takenAt = this.#clock.monotonic());
    if (response.writableLength === 0) taken();
    response.write(chunk, taken);
  }

  #startTimers(): () => void {
    const stopHeartbeat = repeat(this.#clock, this.#heartbeatMs, () => this.#sendAll(': heartbeat\n\n'));
    const stopSweep = repeat(this.#clock, sweepPeriodMs, () => this.#sweep());
    return () => {
      stopHeartbeat();
      stopSweep();
    };
  }

  #sweep(): void {
    const longAgo = this.#clock.monotonic() - longestWaitMs;
    for (const [socket, { response, listener, takenAt }] of this.#streams) {
      if (listener === 'onlooker' && response.writableLength > 0 && takenAt <= longAgo) socket.destroy();
    }
  }

  #forget(socket: Socket, { listener, isLost }: Stream): void {
    this.#streams.delete(socket);
    if (this.size === 0) {
      this.#stopTimers?.();
      this.#stopTimers = null;
    }
    if (listener === 'onlooker') return;
    // What ends it otherwise is done here, such as because of garbage on it.
    const isClosedByApp = socket.readableEnded || (socket.errored !== null && isClosedByPeer(socket.errored));
    if (isLost || !isClosedByApp) this.#app?.streamLost();
    else this.#app?.streamClosed();
  }

  #count(listener: Listener): number {
    return [...this.#streams.values()].filter((stream) => stream.listener === listener).length;
  }
}

function textOf({ name, message }: StreamEvent): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(message)}\n\n`;
}
