import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port on 127.0.0.1 that leads to whichever pod is there, as a NodePort Service's does. */
export class ServicePort {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #podPorts: readonly number[] = [];
  #turn = 0;

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

  /** New connections go to these ports in turn; none: there is no pod, and they are cut off. Open ones stay. */
  leadTo(...podPorts: readonly number[]): void {
    this.#podPorts = podPorts;
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
    this.#turn += 1;
    const podPort = this.#podPorts[this.#turn % this.#podPorts.length];
    if (podPort === undefined) {
      client.destroy();
      return;
    }
    const pod = connect(podPort, '127.0.0.1');
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
