import { once } from 'node:events';
import http, { type IncomingMessage, type Server } from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A forward proxy on 127.0.0.1: tunnels (CONNECT), and passes plain requests on. */
export class ConnectProxy {
  /** What was asked for, in order: `CONNECT host:port`, or `GET http://…`. */
  readonly requests: string[] = [];
  /** The header Proxy-Authorization of each. */
  readonly authorizations: (string | undefined)[] = [];
  /** Answers each CONNECT with this status instead; 0: with nothing. */
  refuseWith: number | null = null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  private constructor(tls: https.ServerOptions | null) {
    this.#scheme = tls === null ? 'http' : 'https';
    this.#server = tls === null ? http.createServer() : https.createServer(tls);
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('connect', (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket));
    this.#server.on('request', (request, response) => {
      this.#record(request);
      const { method, headers } = request;
      request.pipe(
        http.request(request.url ?? '', { method, headers, agent: false }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        }),
      );
    });
  }

  static async start(tls: https.ServerOptions | null = null): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(tls);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections to it are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.#record(request);
    socket.on('error', () => undefined);
    if (this.refuseWith !== null) {
      socket.resume().on('end', () => socket.end());
      if (this.refuseWith > 0) socket.end(`HTTP/1.1 ${this.refuseWith} Refused\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #record({ method = '', url = '', headers }: IncomingMessage): void {
    this.requests.push(`${method} ${url}`);
    this.authorizations.push(headers['proxy-authorization']);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
