import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { JsonObject } from '../../../base/json.ts';
import { KubeObjects, refusal, type ApiAnswer } from '../../../base/testing/kube-objects.ts';
import type { ObjectChange } from '../../../base/testing/object-store.ts';

export interface ApiServerOptions {
  /** Serves https. */
  readonly tls?: https.ServerOptions;
  /** The bearer token to be accepted; others are answered 401. Any is accepted without it. */
  readonly token?: string;
}

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, decoded. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: JsonObject | null;
  /** The common name in the client's certificate. */
  readonly peer: string | null;
}

/** A request a fault was set on. `perform` does what was asked, and returns what would have been answered. */
export interface Exchange {
  readonly request: ReceivedRequest;
  readonly response: ServerResponse;
  perform(): ApiAnswer;
}

export type ExchangeFault = (exchange: Exchange) => void;
export type Matcher = (request: ReceivedRequest) => boolean;

/** Answers nothing; the connection stays open. */
export const hang: ExchangeFault = () => undefined;
/** Breaks the connection before anything is done. */
export const reset: ExchangeFault = ({ response }) => response.socket?.resetAndDestroy();
/** Does what was asked, and breaks the connection before the answer. */
export const loseAnswer: ExchangeFault = (exchange) => {
  exchange.perform();
  reset(exchange);
};
/** Answers this instead of doing what was asked. */
export function answer(
  code: number,
  body: JsonObject | string,
  headers: Record<string, string> = {},
): ExchangeFault {
  return ({ response }) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
/** Answers with a Status object instead of doing what was asked. */
export function refuse(code: number, reason: string, message = reason): ExchangeFault {
  return answer(code, refusal(code, reason, message).body);
}

export const isWatch: Matcher = ({ path }) => path.includes('watch=1');
/** Matches a method, but no watch. */
export function method(name: string): Matcher {
  return (request) => request.method === name && !isWatch(request);
}

interface Watch {
  readonly response: ServerResponse;
  readonly collection: string;
  readonly name: string | null;
}

/**
 * The part of a Kubernetes API server that locks use (Endpoints and Leases in any namespace), on 127.0.0.1. Tests script its faults:
 * each request goes to the first fault that matches it and has not been used up.
 */
export class FakeApiServer {
  readonly requests: ReceivedRequest[] = [];
  /** How many connections were accepted so far. */
  connections = 0;
  readonly #options: ApiServerOptions;
  readonly #server: http.Server;
  readonly #faults: { readonly matches: Matcher; readonly fault: ExchangeFault; left: number }[] = [];
  readonly #waiting: { readonly matches: Matcher; resolve(request: ReceivedRequest): void }[] = [];
  readonly #watches = new Set<Watch>();
  readonly #objects = new KubeObjects();
  #oldestVersion = 0;

  private constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#objects.subscribe((change) => this.#watches.forEach((watch) => report(watch, change)));
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void this.#receive(request, response);
    this.#server = options.tls ? https.createServer(options.tls, handle) : http.createServer(handle);
    this.#server.keepAliveTimeout = 0; // a connection ends when the client ends it
    this.#server.on(options.tls ? 'secureConnection' : 'connection', () => (this.connections += 1));
  }

  static async start(options: ApiServerOptions = {}): Promise<FakeApiServer> {
    const server = new FakeApiServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  /** The number of connections that are open now. */
  openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  /** The number of watches that are open now. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Lets `fault` answer the next `times` requests that match. */
  fault(matches: Matcher, fault: ExchangeFault, times = 1): void {
    this.#faults.push({ matches, fault, left: times });
  }

  /** Ends all faults. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Resolves with the next request that matches, once it has been answered or handed to a fault. */
  nextRequest(matches: Matcher): Promise<ReceivedRequest> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** To be changed as another client would. */
  get objects(): KubeObjects {
    return this.#objects;
  }

  sendBookmark(): void {
    const metadata = { resourceVersion: String(this.#objects.resourceVersion), creationTimestamp: null };
    for (const { response } of this.#watches) send(response, 'BOOKMARK', { kind: 'Bookmark', metadata });
  }

  /** Resolves once no watch is open. */
  async watchesClosed(): Promise<void> {
    await Promise.all([...this.#watches].map(({ response }) => once(response, 'close')));
  }

  /** Forgets the history: a watch from before now is answered 410. */
  compact(): void {
    this.#oldestVersion = this.#objects.resourceVersion;
  }

  /** Ends each open watch as a server does after some minutes; with `broken`, as a server that died. */
  endWatches(broken = false): void {
    for (const { response } of this.#watches) {
      if (broken) response.socket?.resetAndDestroy();
      else response.end();
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const sent = await text(incoming).catch(() => '');
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: decodeURIComponent(incoming.url ?? ''),
      headers: incoming.headers,
      body: sent === '' ? null : (JSON.parse(sent) as JsonObject),
      peer: commonName(incoming),
    };
    this.requests.push(request);
    this.#answer(request, response);
    for (const waiting of [...this.#waiting]) {
      if (!waiting.matches(request)) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve(request);
    }
  }

  #answer(request: ReceivedRequest, response: ServerResponse): void {
    const { token } = this.#options;
    const exchange = { request, response, perform: () => this.#perform(request) };
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      refuse(401, 'Unauthorized')(exchange);
      return;
    }
    const found = this.#faults.find(({ matches, left }) => left > 0 && matches(request));
    if (found !== undefined) {
      found.left -= 1;
      found.fault(exchange);
    } else if (isWatch(request)) {
      this.#watch(request, response);
    } else {
      const { code, body } = this.#perform(request);
      answer(code, body)(exchange);
    }
  }

  #perform({ method, path, body }: ReceivedRequest): ApiAnswer {
    const objects = this.#objects;
    if (method === 'GET') return objects.get(path);
    if (method === 'DELETE') return objects.delete(path);
    if (method === 'POST') return objects.post(path, body ?? {});
    return objects.put(path, body ?? {});
  }

  #watch(request: ReceivedRequest, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.path, this.url);
    const after = Number(searchParams.get('resourceVersion') ?? 0);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (after > 0 && after < this.#oldestVersion) {
      const expired = refusal(410, 'Expired', `too old resource version: ${after} (${this.#oldestVersion})`);
      send(response, 'ERROR', expired.body);
      response.end();
      return;
    }
    const name = searchParams.get('fieldSelector')?.replace('metadata.name=', '') ?? null;
    const watch: Watch = { response, collection: pathname, name };
    (after > 0 ? this.#objects.since(after) : this.#objects.present()).forEach((change) =>
      report(watch, change),
    );
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
  }
}

function commonName({ socket }: IncomingMessage): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  // Without a client certificate this is an empty object, whatever its type says.
  const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  return typeof subject?.CN === 'string' ? subject.CN : null;
}

function report(
  { response, collection, name }: Watch,
  { path, type, object }: ObjectChange<JsonObject>,
): void {
  const slash = path.lastIndexOf('/');
  if (path.slice(0, slash) !== collection || (name !== null && path.slice(slash + 1) !== name)) return;
  send(response, type, object);
}

function send(response: ServerResponse, type: string, object: JsonObject): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}
