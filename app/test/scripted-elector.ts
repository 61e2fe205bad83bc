import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue } from './queue.ts';

/** An HTTP server on 127.0.0.1 that speaks as an elector does, word by word as a test wants it. */
export class ScriptedElector {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  /** Sent at once on every connection, as an elector does; null keeps quiet. */
  greeting: string | null = null;
  /** Answers instead of an event stream while set. */
  failure: { readonly status: number; readonly contentType: string } | null = null;
  /** How many requests came. */
  connections = 0;
  readonly #connected = new Queue<ServerResponse>();
  readonly #disconnected = new Queue<ServerResponse>();

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request.url, response));
  }

  static async start(port = 0): Promise<ScriptedElector> {
    const elector = new ScriptedElector();
    elector.#server.listen(port, '127.0.0.1');
    await once(elector.#server, 'listening');
    return elector;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What a leader's elector says, or with another pod's name, a standby's. Is also the greeting from now on. */
  say(statement: { name: string; isLeader?: boolean; validForMs?: number }): void {
    const event = { isLeader: false, leaderTransitions: 3, fencingToken: null, validForMs: 0, ...statement };
    this.greeting = `data: ${JSON.stringify(event)}\n\n`;
    this.write(this.greeting);
  }

  /** Resolves when a stream was opened; each counts once. */
  async connected(): Promise<void> {
    await this.#connected.take();
  }

  /** Resolves when a stream was closed; each counts once. */
  async disconnected(): Promise<void> {
    await this.#disconnected.take();
  }

  /** Writes to every open stream. */
  write(text: string): void {
    for (const stream of this.#streams) stream.write(text);
  }

  /** Ends every open stream; the server stays. */
  disconnect(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer(path: string | undefined, response: ServerResponse): void {
    this.connections += 1;
    if (path !== '/events' || this.failure) {
      response.writeHead(this.failure?.status ?? 404, {
        'content-type': this.failure?.contentType ?? 'text/plain',
      });
      response.end('no events here\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    this.#connected.put(response);
    this.#streams.add(response);
    response.on('close', () => {
      this.#streams.delete(response);
      this.#disconnected.put(response);
    });
    if (this.greeting !== null) response.write(this.greeting);
  }
}
