import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the peer does with a request: the nth on its connection, the first being 1. */
export type Conduct = (socket: Socket, nth: number) => void;

/** A peer on 127.0.0.1 that may do anything to a connection, as no HTTP server does. */
export class HostilePeer {
  /** The connections that were accepted, in order. */
  readonly connections: Socket[] = [];
  /** The first line of each request that came. */
  readonly requests: string[] = [];
  conduct: Conduct;
  readonly #server: Server;

  private constructor(conduct: Conduct) {
    this.conduct = conduct;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(conduct: Conduct): Promise<HostilePeer> {
    const peer = new HostilePeer(conduct);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  /** `127.0.0.1:PORT` */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.connections.push(socket);
    socket.on('error', () => undefined);
    let nth = 0;
    socket.on('data', (chunk: Buffer) => {
      const [line = ''] = chunk.toString('latin1').split('\r\n', 1);
      this.requests.push(line);
      nth += 1;
      this.conduct(socket, nth);
    });
  }
}

/** A whole answer with this JSON. */
export function jsonAnswer(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
