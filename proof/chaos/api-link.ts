import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { LinkFaults } from './link-faults.ts';

/** One pod's way to the API server: a TCP proxy on 127.0.0.1 into which faults can be injected, its own and those of all pods. */
export class ApiLink {
  readonly #apiServerPort: number;
  readonly #faults: readonly LinkFaults[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<DisturbedStream>();
  readonly #ends: readonly (() => void)[];

  /** Opens a link to the API server on a port of 127.0.0.1. */
  static async open(apiServerPort: number, faults: readonly LinkFaults[]): Promise<ApiLink> {
    const link = new ApiLink(apiServerPort, faults);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  private constructor(apiServerPort: number, faults: readonly LinkFaults[]) {
    this.#apiServerPort = apiServerPort;
    this.#faults = faults;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#onConnection(socket));
    this.#ends = faults.map((each) => each.onChange(() => this.#onFaults()));
  }

  /** The port of 127.0.0.1 on which it takes connections. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#server.close();
    this.#breakConnections();
  }

  #onConnection(client: Socket): void {
    if (this.#has('broken')) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#apiServerPort, host: '127.0.0.1', allowHalfOpen: true });
    this.#pass(client, server);
    this.#pass(server, client);
  }

  #pass(from: Socket, to: Socket): void {
    const stream = new DisturbedStream(
      () => this.#has('silent'),
      () => this.#faults.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
    );
    this.#sockets.add(from);
    this.#streams.add(stream);
    from.setNoDelay();
    from.on('data', (chunk) => stream.add(() => to.write(chunk)));
    from.on('end', () => stream.add(() => to.end()));
    // The other side learns of it as of everything else: later, or not at all.
    from.on('error', () => stream.add(() => breakOff(to)));
    from.on('close', () => this.#sockets.delete(from));
    to.on('close', () => this.#streams.delete(stream));
  }

  #onFaults(): void {
    if (this.#has('broken')) this.#breakConnections();
    for (const stream of this.#streams) stream.flush();
  }

  #breakConnections(): void {
    for (const socket of this.#sockets) breakOff(socket);
  }

  #has(kind: 'broken' | 'silent'): boolean {
    return this.#faults.some((faults) => faults.has(kind));
  }
}

/** Breaks a connection off, so that its other end sees it reset. */
function breakOff(socket: Socket): void {
  // While a socket is being ended Node cannot reset it: its handle would never close, and the process never exit.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

interface Arrival {
  readonly dueAt: number;
  readonly deliver: () => void;
}

/** What flows in one direction of a connection, in order, as late as the link's faults make it. */
class DisturbedStream {
  readonly #isSilent: () => boolean;
  readonly #latencyMs: () => number;
  readonly #arrivals: Arrival[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(isSilent: () => boolean, latencyMs: () => number) {
    this.#isSilent = isSilent;
    this.#latencyMs = latencyMs;
  }

  add(deliver: () => void): void {
    this.#arrivals.push({ dueAt: performance.now() + this.#latencyMs(), deliver });
    this.flush();
  }

  /** Delivers what is due, unless the link is silent. */
  flush(): void {
    clearTimeout(this.#timer);
    while (!this.#isSilent()) {
      const [next] = this.#arrivals;
      if (next === undefined) return;
      const leftMs = next.dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.flush(), Math.ceil(leftMs)).unref();
        return;
      }
      this.#arrivals.shift();
      next.deliver();
    }
  }
}
