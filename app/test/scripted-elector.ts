import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ElectorStatement } from '../src/elector-statement.ts';
import { Queue } from './queue.ts';

/** An HTTP server on 127.0.0.1 that speaks as an elector does, word by word as a test wants it. */
export class ScriptedElector {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  /** Sent at once on every connection, as an elector does; null keeps quiet. */
  greeting: string | null = null;
  /** Sent after the greeting. */
  history = '';
  /** Answers `GET /`; null: there is no such path. */
  answer: string | null = null;
  /** Answers instead of an event stream while set. */
  failure: { readonly status: number; readonly contentType: string } | null = null;
  /** Asked for with another token than this, or without one, it answers 401; null takes any. */
  token: string | null = null;
  /** The Authorization header of every request that came. */
  readonly authorizations: (string | undefined)[] = [];
  readonly #connected = new Queue<ServerResponse>();
  readonly #disconnected = new Queue<ServerResponse>();

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(port = 0): Promise<ScriptedElector> {
    const elector = new ScriptedElector();
    elector.#server.listen(port, '127.0.0.1');
    await once(elector.#server, 'listening');
    return elector;
  }

  /** How many requests came. */
  get connections(): number {
    return this.authorizations.length;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What a leader's elector says, or with another pod's name, a standby's. Is also the greeting, and the answer to `GET /`, from now on. */
  say(statement: Partial<ElectorStatement> & { readonly name: string }): void {
    const event = { isLeader: false, leaderTransitions: 3, fencingToken: null, validForMs: 0, ...statement };
    this.answer = JSON.stringify(event);
    this.greeting = `data: ${this.answer}\n\n`;
    this.write(this.greeting);
  }

  /** Tells of earlier leaders; as `GET /handovers` does. An elector that is never made to is an older one. */
  tell(handovers: readonly object[]): void {
    this.history = `event: handovers\ndata: ${JSON.stringify(handovers)}\n\n`;
    this.write(this.history);
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

  #answer({ url, headers: { authorization } }: IncomingMessage, response: ServerResponse): void {
    if (url === '/' && this.answer !== null) {
      response.end(this.answer);
      return;
    }
    this.authorizations.push(authorization);
    const failure = this.#failureFor(url, authorization);
    if (failure) {
      response.writeHead(failure.status, { 'content-type': failure.contentType });
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
    if (this.greeting !== null) response.write(this.greeting + this.history);
  }

  #failureFor(path: string | undefined, authorization: string | undefined): ScriptedElector['failure'] {
    if (path !== '/events') return { status: 404, contentType: 'text/plain' };
    const isKnown = this.token === null || authorization === `Bearer ${this.token}`;
    return this.failure ?? (isKnown ? null : { status: 401, contentType: 'text/plain' });
  }
}
