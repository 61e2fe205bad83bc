import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Queue } from './queue.ts';

/** A TCP server on 127.0.0.1 that answers each request byte by byte as a test wants it. */
export class RawElector {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #asked = new Queue<Socket>();
  /** Answers the next request, and those after it. */
  answer: (socket: Socket) => void;

  private constructor(answer: (socket: Socket) => void) {
    this.answer = answer;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(answer: (socket: Socket) => void): Promise<RawElector> {
    const elector = new RawElector(answer);
    elector.#server.listen(0, '127.0.0.1');
    await once(elector.#server, 'listening');
    return elector;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** Resolves with the connection of a request when that was answered; each counts once. */
  asked(): Promise<Socket> {
    return this.#asked.take();
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    // A client that gives an answer up is what these tests are about.
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      this.answer(socket);
      this.#asked.put(socket);
    });
  }
}
