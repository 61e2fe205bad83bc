import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections may be open at once, those with streams included. */
export const maxConnections = 2000;

/** How many requests of one connection may wait for their answers. */
export const maxUnanswered = 16;

/** What becomes of a request: it is answered, it is refused as the last one of its connection, or it comes after the last one. */
export type Admission = 'answered' | 'refused' | 'ignored';

/** The connections that carry a stream. */
interface Streams {
  has(connection: Socket): boolean;
  end(connection: Socket): void;
}

/**
 * The open connections of an HTTP server, kept within bounds. Where there are too many, the one that asked least recently makes way for
 * a new one, streams apart: a kubelet's probe, which asks at once and leaves, always finds room.
 */
export class HttpConnections {
  /** How many requests wait for their answers, by connection; the one that asked least recently is first. */
  readonly #unanswered = new Map<Socket, number>();
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** A connection was opened. */
  opened(connection: Socket): void {
    this.#unanswered.set(connection, 0);
    connection.on('close', () => this.#unanswered.delete(connection));
    if (this.#unanswered.size > maxConnections) this.#closeLeastRecent();
  }

  /** A request came, to which this is the response. Clients may ask before they have their answers (RFC 9112, section 9.3.2). */
  admit(response: ServerResponse): Admission {
    const connection = response.req.socket;
    if (this.#streams.has(connection)) {
      // A stream never ends by itself, so what is asked behind it is never answered.
      this.#streams.end(connection);
      connection.pause();
      return 'ignored';
    }
    const before = this.#unanswered.get(connection);
    if (before === undefined || before > maxUnanswered) return 'ignored';
    this.#unanswered.delete(connection);
    this.#unanswered.set(connection, before + 1);
    if (before === maxUnanswered) {
      connection.pause();
      return 'refused';
    }
    response.on('finish', () => this.#answered(connection));
    return 'answered';
  }

  #answered(connection: Socket): void {
    const unanswered = this.#unanswered.get(connection);
    if (unanswered !== undefined) this.#unanswered.set(connection, unanswered - 1);
  }

  #closeLeastRecent(): void {
    for (const connection of this.#unanswered.keys()) {
      if (connection.destroyed || this.#streams.has(connection)) continue;
      connection.destroy();
      return;
    }
  }
}
