import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServerCertificate } from '../../cluster/index.ts';
import type { Endpoint } from './api-server.ts';

/** Stands before an API server, passes every request on, or refuses them all, and counts them; it can make writes slow. */
export class CountingProxy {
  readonly endpoint: Endpoint;
  /** How many requests came, watches left out. */
  requests = 0;
  /** How many watches were opened. */
  watches = 0;
  /** For how long the answer to a write is kept back, in milliseconds. */
  writesTakeMs = 0;
  #throttles = false;
  readonly #server: Server;
  readonly #target: Endpoint;
  readonly #agent: Agent;

  private constructor(server: Server, ca: string, target: Endpoint) {
    this.#server = server;
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, ca: target.ca });
    this.endpoint = { server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca };
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#pass(request, response),
    );
  }

  static async start(target: Endpoint): Promise<CountingProxy> {
    const { ca, certificate, key } = await createServerCertificate();
    const server = createServer({ cert: certificate, key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountingProxy(server, ca, target);
  }

  countAnew(): void {
    this.requests = 0;
    this.watches = 0;
  }

  /** Ends what is open, and answers from now on 429, with leave to try again at once, as no server should. */
  throttle(): void {
    this.#throttles = true;
    this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = '/' } = request;
    const target = new URL(url, this.#target.server);
    if (target.searchParams.has('watch')) this.watches += 1;
    else this.requests += 1;
    if (this.#throttles) {
      request.resume();
      response.writeHead(429, { 'Retry-After': '0' }).end();
      return;
    }
    let isAnswered = false;
    const outgoing = send(
      target,
      { method, headers: { ...headers, host: target.host }, agent: this.#agent },
      (answer) => {
        isAnswered = true;
        if (method === 'GET' || this.writesTakeMs === 0) pass(answer);
        else setTimeout(pass, this.writesTakeMs, answer);
      },
    );
    const pass = (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    };
    outgoing.on('error', () => response.destroy());
    // The only event after an answer that switches protocols.
    outgoing.on('close', () => {
      if (!isAnswered) response.destroy();
    });
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  }
}
