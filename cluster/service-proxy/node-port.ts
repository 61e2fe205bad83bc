import net from 'node:net';

/** The port of 127.0.0.1 behind one of a service's ready pods; undefined while there is none. */
export type PickEndpoint = () => number | undefined;

/**
 * A port of 127.0.0.1 whose connections go to a service's pods, one each. A connection that finds no ready pod is reset;
 * one that found a pod keeps it, whatever becomes of the pod's readiness.
 */
export class NodePort {
  readonly #server: net.Server;
  readonly #connections = new Set<net.Socket>();
  readonly #pick: PickEndpoint;

  private constructor(pick: PickEndpoint) {
    this.#pick = pick;
    this.#server = net.createServer({ allowHalfOpen: true }, (client) => this.#forward(client));
  }

  /** Listens on `port`, 0 for any free one. Rejects with an Error that names a port that is in use or not allowed. */
  static async open(port: number, pick: PickEndpoint): Promise<NodePort> {
    const nodePort = new NodePort(pick);
    await nodePort.#listen(port);
    return nodePort;
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Listens no more, and resets the connections that are left. */
  close(): void {
    this.#server.close();
    for (const connection of this.#connections) reset(connection);
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(port, error)));
      this.#server.listen({ host: '127.0.0.1', port }, resolve);
    });
  }

  #forward(client: net.Socket): void {
    const endpoint = this.#pick();
    if (endpoint === undefined) {
      reset(client);
      return;
    }
    const pod = net.connect({ host: '127.0.0.1', port: endpoint, allowHalfOpen: true });
    this.#join(client, pod);
    this.#join(pod, client);
  }

  /** Passes on what `from` sends, its end, and its failure. */
  #join(from: net.Socket, to: net.Socket): void {
    this.#connections.add(from);
    from.setNoDelay(true);
    from.pipe(to);
    from.on('error', () => reset(to));
    from.once('close', () => {
      this.#connections.delete(from);
      to.destroy();
    });
  }
}

// A reset that follows an end is refused by the system's library, and would leave the socket open for ever.
function reset(socket: net.Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function listenError(port: number, error: NodeJS.ErrnoException): Error {
  const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
  return new Error(`cannot listen on port ${port} of 127.0.0.1: ${why}`, { cause: error });
}
