import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import type { ClusterAccess } from './kubeconfig.ts';

/** Fields of a JSON object, by dotted paths or one after the other; what the cases look at. */
export interface Json {
  [field: string]: unknown;
}

export interface ApiObject extends Json {
  kind: string;
  apiVersion: string;
  metadata: Json & { name: string; uid: string; resourceVersion: string; generation?: number };
}

/** An answer: its code, and its body where that is JSON. */
export interface ClientAnswer {
  readonly code: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Json;
}

/** What differs from an ordinary request. */
export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A body sent as it is. */
  readonly raw?: string;
}

export interface ApiWatchEvent {
  readonly type: string;
  readonly object: ApiObject;
}

/** Speaks to an API server over HTTPS. Answers of every code are returned, except where a method says otherwise. */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #agent: Agent;

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, ca: access.ca, ...access.certificate });
  }

  /** The same server for the holder of a bearer token, or without one for nobody in particular. */
  as(token?: string): ApiClient {
    const { server, ca } = this.#access;
    return new ApiClient({ server, ca, ...(token !== undefined && { token }) });
  }

  get = (path: string, options?: RequestOptions) => this.send('GET', path, undefined, options);
  post = (path: string, body: object, options?: RequestOptions) => this.send('POST', path, body, options);
  put = (path: string, body: object, options?: RequestOptions) => this.send('PUT', path, body, options);
  delete = (path: string, body?: object) => this.send('DELETE', path, body);

  /** A PATCH; `form` is `merge`, `json` or `strategic-merge`. */
  patch = (path: string, form: string, body: unknown, options: RequestOptions = {}) =>
    this.send('PATCH', path, undefined, {
      raw: JSON.stringify(body),
      headers: { 'Content-Type': `application/${form}-patch+json`, ...options.headers },
    });

  /** Creates an object, and fails unless that succeeds. */
  async created(path: string, body: object): Promise<ApiObject> {
    return succeeded(await this.post(path, body), 201);
  }

  /** Reads an object, and fails unless that succeeds. */
  async found(path: string): Promise<ApiObject> {
    return succeeded(await this.get(path), 200);
  }

  async send(
    method: string,
    path: string,
    body?: object,
    options: RequestOptions = {},
  ): Promise<ClientAnswer> {
    const payload = options.raw ?? (body && JSON.stringify(body));
    const response = await this.#open(method, path, payload, options.headers ?? {});
    const answered = await text(response);
    const isJson = (response.headers['content-type'] ?? '').startsWith('application/json');
    return {
      code: response.statusCode ?? 0,
      headers: response.headers,
      text: answered,
      body: isJson ? withoutManagedFields(JSON.parse(answered)) : {},
    };
  }

  /** Starts a watch: `path` has its own parameters, but not `watch`. */
  async watch(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ApiWatch> {
    const separator = path.includes('?') ? '&' : '?';
    const response = await this.#open('GET', `${path}${separator}watch=true`, undefined, headers);
    assert.equal(response.statusCode, 200);
    return new ApiWatch(response);
  }

  /** Sends a GET, and leaves its answer to be read. */
  open = (path: string) => this.#open('GET', path, undefined, {});

  /** Ends the connections that are kept open. */
  close(): void {
    this.#agent.destroy();
  }

  #open(
    method: string,
    path: string,
    payload: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<IncomingMessage> {
    const { server, token } = this.#access;
    const sent = {
      // Node sends no length with the body of a DELETE by itself.
      ...(payload !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(payload)),
      }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, server), { method, headers: sent, agent: this.#agent }, resolve);
      outgoing.once('error', reject);
      outgoing.once('close', () => reject(new Error(`${method} ${path} was not answered`)));
      outgoing.end(payload);
    });
  }
}

/** The events of a watch, one after the other. */
export class ApiWatch {
  readonly #response: IncomingMessage;
  readonly #lines: AsyncIterator<string>;

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]();
  }

  /** The next event; fails where the stream has ended. */
  async next(): Promise<ApiWatchEvent> {
    const line = await this.#lines.next();
    if (line.done) throw new assert.AssertionError({ message: 'the watch ended' });
    return withoutManagedFields(JSON.parse(line.value)) as unknown as ApiWatchEvent;
  }

  /** The events up to the end of the stream. */
  async rest(): Promise<ApiWatchEvent[]> {
    const events: ApiWatchEvent[] = [];
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next())
      events.push(withoutManagedFields(JSON.parse(line.value)) as unknown as ApiWatchEvent);
    return events;
  }

  close(): void {
    this.#response.destroy();
  }
}

function succeeded(answer: ClientAnswer, code: number): ApiObject {
  assert.equal(answer.code, code, answer.text);
  return answer.body as ApiObject;
}

/** Who wrote which field is kept by real clusters alone. */
function withoutManagedFields(value: unknown): Json {
  return JSON.parse(JSON.stringify(value), (key, field: unknown) =>
    key === 'managedFields' ? undefined : field,
  ) as Json;
}
