import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An elector that answers over HTTP whatever a test tells it to. */
export class FakeElector {
  readonly #name: string;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  #answer = '';

  static async start(name: string): Promise<FakeElector> {
    const elector = new FakeElector(name);
    elector.#server.listen(0, '127.0.0.1');
    await once(elector.#server, 'listening');
    return elector;
  }

  private constructor(name: string) {
    this.#name = name;
    this.follow('');
    this.#server = createServer(({ url }, response) => {
      if (url !== '/events') {
        response.end(this.#answer);
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      response.write(`data: ${this.#answer}\n\n`);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether somebody follows its events. */
  get isFollowed(): boolean {
    return this.#streams.size > 0;
  }

  /** Says from now on that it leads. */
  lead(fencingToken: string, validForMs: number): void {
    const status = { name: this.#name, isLeader: true, leaderTransitions: 0, fencingToken, validForMs };
    this.say(JSON.stringify(status));
  }

  /** Says from now on that it does not lead. */
  follow(leader: string): void {
    const status = { name: leader, isLeader: false, leaderTransitions: 0, fencingToken: null, validForMs: 0 };
    this.say(JSON.stringify(status));
  }

  /** Answers so from now on. */
  say(answer: string): void {
    this.#answer = answer;
    for (const stream of this.#streams) stream.write(`data: ${answer}\n\n`);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
