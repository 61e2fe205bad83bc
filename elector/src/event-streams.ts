import type { IncomingMessage, ServerResponse } from 'node:http';

// A client that reads nothing for this long a backlog is cut off; it will connect again.
const longestBacklogBytes = 64 * 1024;

/** The open `/events` connections: server-sent events, as the HTML standard defines them. */
export class EventStreams {
  readonly #heartbeatMs: number;
  readonly #open = new Set<ServerResponse>();
  #heartbeat: NodeJS.Timeout | null = null;
  #onAllClosed: () => void = () => {};

  /** `heartbeatMs`: the time between two comments, in milliseconds. */
  constructor({ heartbeatMs }: { readonly heartbeatMs: number }) {
    this.#heartbeatMs = heartbeatMs;
  }

  /** How many connections are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Calls back whenever the last open connection has closed. */
  set onAllClosed(callback: () => void) {
    this.#onAllClosed = callback;
  }

  /** Answers with a stream that begins with `message`, as JSON, and stays open until the client leaves. */
  open(request: IncomingMessage, response: ServerResponse, message: () => object): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.socket?.setNoDelay();
    this.#open.add(response);
    response.on('close', () => this.#forget(response));
    this.#heartbeat ??= setInterval(() => this.#sendAll(': heartbeat\n\n'), this.#heartbeatMs).unref();
    this.#send(response, event(message()));
  }

  /** Sends `message`, as JSON, on every connection; it is asked for only where there is one. */
  publish(message: () => object): void {
    if (this.#open.size > 0) this.#sendAll(event(message()));
  }

  #sendAll(chunk: string): void {
    for (const response of this.#open) this.#send(response, chunk);
  }

  #send(response: ServerResponse, chunk: string): void {
    if (response.writableLength > longestBacklogBytes) response.destroy();
    else response.write(chunk);
  }

  #forget(response: ServerResponse): void {
    this.#open.delete(response);
    if (this.#open.size > 0) return;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    this.#onAllClosed();
  }
}

function event(message: object): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}
