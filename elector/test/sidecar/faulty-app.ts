import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An app that answers health checks as a test says, and starts again on the port that it had. */
export class FaultyApp {
  /** With this status code, or as something worse: not at all, by a reset, or by switching protocols. */
  answer: number | 'nothing' | 'reset' | 'switch' = 200;
  #server: Server | null = null;
  #port = 0;

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const server = createServer((_request, response) => this.#respond(response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    if (!this.#server?.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #respond(response: ServerResponse): void {
    if (this.answer === 'reset') response.socket?.resetAndDestroy();
    else if (this.answer === 'switch')
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    else if (this.answer !== 'nothing') response.writeHead(this.answer, { Location: '/' }).end('an answer\n');
  }
}
