import type { Agent, AgentOptions, IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Authorization, Credentials } from './credentials.ts';
import { readText, send, StaleConnectionError } from './http-exchange.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../../base/json.ts';
import { jsonLines } from './json-lines.ts';
import { refusalError, requestError } from './kube-error.ts';
import { createServerAgent, proxiedRequest } from './server-agent.ts';
import { version } from '../version.ts';

export interface KubeClientOptions {
  readonly credentials: Credentials;
  /** Milliseconds after which a request is given up: credentials, connection, answer and its body together. */
  readonly requestTimeoutMs: number;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Request {
  readonly method: Method;
  readonly path: string;
  readonly body: JsonObject | undefined;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

const watchEventTypes = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'] as const;

/** One event of a watch. An event of type ERROR is thrown instead. */
export interface WatchEvent {
  readonly type: (typeof watchEventTypes)[number];
  readonly object: JsonObject;
}

// An object in etcd has at most 1.5 MiB.
const longestAnswer = 4 * 1024 * 1024;
// Load balancers forget a quiet connection after a minute or more; the API server ends it after 90 s.
const longestIdleMs = 30_000;

/**
 * REST and watch against the API server, on node:http(s). One call is one HTTP request: nothing is retried, no redirect is
 * followed. One exception: a GET, PUT or DELETE whose kept connection turns out to be closed is sent once more, on a fresh one; to do
 * these twice is the same as to do them once (RFC 9110, 9.2.2), and here each write is conditional besides.
 *
 * Requests share kept connections, which none trusts while another waits for its answer; each watch has one of its own. Errors are
 * those of resource-lock.ts, or an Error; their messages name the request and what went wrong in one line.
 */
export class KubeClient {
  readonly #credentials: Credentials;
  readonly #requestTimeoutMs: number;
  readonly #requestAgent: Agent;
  readonly #watchAgent: Agent;
  /** What ends each request that waits for its answer. */
  readonly #requests = new Set<AbortController>();
  /** What ends each watch. */
  readonly #watches = new Set<AbortController>();
  #isClosed = false;

  constructor({ credentials, requestTimeoutMs }: KubeClientOptions) {
    this.#credentials = credentials;
    this.#requestTimeoutMs = requestTimeoutMs;
    const agent = (options: AgentOptions) =>
      createServerAgent(new URL(credentials.server), credentials.proxy ?? null, options);
    this.#requestAgent = agent({ keepAlive: true, timeout: longestIdleMs, scheduling: 'lifo' });
    this.#watchAgent = agent({ keepAlive: false });
  }

  /**
   * Makes one request; `path` starts at the server's root and has its query, `body` is sent as JSON. Returns the answer. Whoever does
   * not wait for it any more may forget the promise.
   */
  request(method: Method, path: string, body?: JsonObject): Promise<JsonObject> {
    const answer = this.#request(method, path, body);
    answer.catch(() => undefined);
    return answer;
  }

  /**
   * Watches. `path` is a collection with its query, `watch=1` included. Ends when the server ends it, or when `signal` aborts,
   * which closes the connection at once.
   */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent, void, void> {
    const name = this.#nameOf('GET', path);
    const connection = new AbortController();
    const abort = () => connection.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    this.#watches.add(connection);
    try {
      const response = await this.#openWatch(name, path, connection);
      for await (const line of this.#lines(name, response)) {
        if (signal.aborted) return;
        yield readEvent(name, line);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#watches.delete(connection);
      signal.removeEventListener('abort', abort);
      connection.abort();
    }
  }

  /** Closes every connection: what waits for an answer ends with an error, as does what is asked for later. */
  close(): void {
    this.#isClosed = true;
    for (const connection of [...this.#requests, ...this.#watches]) connection.abort(closed());
    this.#requestAgent.destroy();
    this.#watchAgent.destroy();
    this.#credentials.close?.();
  }

  async #request(method: Method, path: string, body: JsonObject | undefined): Promise<JsonObject> {
    const name = this.#nameOf(method, path);
    const connection = new AbortController();
    this.#requests.add(connection);
    const { response, text } = await this.#withTimeout(name, connection, async () => {
      const response = await this.#send(method, path, body, this.#requestAgent, connection.signal);
      return { response, text: await readText(response, longestAnswer) };
    }).finally(() => this.#requests.delete(connection));
    if (!isSuccess(response)) throw refused(name, response, text);
    const answer = parseJson(text);
    if (!isJsonObject(answer))
      throw requestError(name, `the answer is no JSON object: ${text.slice(0, 200)}`);
    return answer;
  }

  async #openWatch(name: string, path: string, connection: AbortController): Promise<IncomingMessage> {
    const { response, text } = await this.#withTimeout(name, connection, async () => {
      const response = await this.#send('GET', path, undefined, this.#watchAgent, connection.signal);
      return { response, text: isSuccess(response) ? '' : await readText(response, longestAnswer) };
    });
    if (!isSuccess(response)) throw refused(name, response, text);
    return response;
  }

  async *#lines(name: string, response: IncomingMessage): AsyncGenerator<unknown, void, void> {
    try {
      yield* jsonLines(response as AsyncIterable<Buffer>, longestAnswer);
    } catch (error) {
      this.#dropIdleConnections();
      throw requestError(name, error);
    }
  }

  /** Sends a request; one that is answered 401 once more, where there are other credentials by then: nothing was done yet. */
  async #send(
    method: Method,
    path: string,
    body: JsonObject | undefined,
    agent: Agent,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const authorization = await this.#credentials.authorize();
    const exchange = (by: Authorization) => this.#exchange({ method, path, body, agent, signal }, by);
    const response = await exchange(authorization);
    if (response.statusCode !== 401) return response;
    this.#credentials.rejected(authorization);
    const renewed = await this.#credentials.authorize();
    if (isDeepStrictEqual(renewed, authorization)) return response;
    await readText(response, longestAnswer);
    return exchange(renewed);
  }

  async #exchange(request: Request, authorization: Authorization): Promise<IncomingMessage> {
    const { method, path, body, agent, signal } = request;
    const url = this.#url(path);
    const content = body === undefined ? undefined : JSON.stringify(body);
    const proxied = proxiedRequest(url, this.#credentials.proxy ?? null);
    const headers = {
      Accept: 'application/json',
      'User-Agent': `k8s-leader-elector/${version}`,
      ...(content === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
      ...proxied.headers,
      ...authorization.headers,
    };
    const options = { ...authorization.tls, ...proxied, method, headers, agent };
    if (this.#requests.size > 1) this.#dropIdleConnections();
    try {
      return await send(url, options, content, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError) || method === 'POST') throw error;
      this.#dropIdleConnections();
      return send(url, options, content, signal);
    }
  }

  /** The exchange's answer; no later than the timeout and the end of `connection`, whatever the exchange waits for. */
  async #withTimeout<T>(name: string, connection: AbortController, exchange: () => Promise<T>): Promise<T> {
    if (this.#isClosed) connection.abort(closed());
    const timeout = new Error(`no answer within ${this.#requestTimeoutMs} ms`);
    const timer = setTimeout(() => connection.abort(timeout), this.#requestTimeoutMs);
    try {
      return await abortable(exchange, connection.signal);
    } catch (error) {
      connection.abort();
      this.#dropIdleConnections();
      throw requestError(name, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What broke one connection may have broken the others, and a request must not find that out one timeout at a time. */
  #dropIdleConnections(): void {
    for (const sockets of Object.values(this.#requestAgent.freeSockets)) {
      for (const socket of [...(sockets ?? [])]) socket.destroy();
    }
  }

  #url(path: string): URL {
    return new URL(`${this.#credentials.server}${path}`);
  }

  #nameOf(method: Method, path: string): string {
    const { origin, pathname, search } = this.#url(path);
    return `${method} ${origin}${pathname}${search}`;
  }
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function refused(name: string, response: IncomingMessage, text: string): Error {
  return refusalError({
    request: name,
    code: response.statusCode ?? 0,
    body: parseJson(text) ?? text,
    retryAfter: response.headers['retry-after'],
  });
}

function readEvent(name: string, line: unknown): WatchEvent {
  const { type, object } = isJsonObject(line) ? line : {};
  if (type === 'ERROR' && isJsonObject(object)) {
    const { code } = object;
    throw refusalError({ request: name, code: typeof code === 'number' ? code : 0, body: object });
  }
  const known = watchEventTypes.find((knownType) => knownType === type);
  if (known === undefined || !isJsonObject(object)) {
    throw requestError(name, `not a watch event: ${JSON.stringify(line).slice(0, 200)}`);
  }
  return { type: known, object };
}

function abortable<T>(exchange: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    exchange().then(resolve, reject);
  });
}

function closed(): Error {
  return new Error('the client was closed');
}
