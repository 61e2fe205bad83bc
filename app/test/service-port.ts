import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port on 127.0.0.1 that leads to whichever pod is there, as a NodePort Service's does. */
export class ServicePort {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #podPort: number | null = null;

  private constructor() {
    this.#server = createServer((client) => this.#forward(client));
  }

  static async open(): Promise<ServicePort> {
    const service = new ServicePort();
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** New connections go to this port; null: there is no pod, and they are cut off. Open ones stay. */
  leadTo(podPort: number | null): void {
    this.#podPort = podPort;
  }

  /** Cuts every open connection off. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Nothing passes through the open connections any more, and nobody is told. */
  freeze(): void {
    for (const socket of this.#open) socket.unpipe().pause();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #forward(client: Socket): void {
    this.#track(client);
    if (this.#podPort === null) {
      client.destroy();
      return;
    }
    const pod = connect(this.#podPort, '127.0.0.1');
    this.#track(pod);
    client.pipe(pod).pipe(client);
    client.on('close', () => pod.destroy());
    pod.on('close', () => client.destroy());
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    // A connection that breaks is what these tests are about.
    socket.on('error', () => socket.destroy());
  }
}
