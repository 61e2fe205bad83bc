import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ElectionStatus } from '../election/election-status.ts';
import { textOf } from '../../../base/error-text.ts';
import { maxStreams, type EventStreams, type Listener, type StreamEvent } from './event-streams.ts';
import type { Handover } from '../election/handovers.ts';
import { HttpConnections, maxUnanswered } from './http-connections.ts';
import type { PodToken } from './pod-token.ts';
import { NotLeadingError, UnconfirmedReleaseError } from '../election/resign-error.ts';

/** What the HTTP API tells of, and whom it asks. */
export interface HttpApiOptions {
  /** Who leads. What this says may be acted upon. */
  readonly status: () => ElectionStatus;
  readonly elector: {
    readonly handovers: readonly Handover[];
    /** null: it is ready. */
    readonly notReadyBecause: string | null;
    readonly hasStopped: boolean;
    resign(): Promise<void>;
  };
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** Where `/events` connections go. */
  readonly streams: EventStreams;
  /** By what the pod's own programs prove themselves; null: they cannot. */
  readonly token: PodToken | null;
}

interface Route {
  /** A route for GET takes HEAD too. */
  readonly method: 'GET' | 'POST';
  /** Whether only programs of this pod may ask, or whoever says that it is one must prove it; otherwise it makes no difference. */
  readonly proof?: 'required' | 'optional';
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}
type Routes = Readonly<Record<string, Route>>;

/** Who asks: a program of this pod, as its token proves; somebody who does not say; or somebody with a wrong token. */
type Caller = 'pod' | 'anybody' | 'impostor';

const retryAfterSeconds = 5;
/** A request must have come within this time, and an answer must not lie untaken for longer than that one. */
const requestTimeoutMs = 10_000;
const idleTimeoutMs = 60_000;

/**
 * | request        | answer |
 * |---|---|
 * | `GET /`        | 200, an ElectionStatus as JSON |
 * | `GET /events`  | 200, `text/event-stream`: the same JSON now, at every change and at every renewal; an event `handovers` now and after each; a comment as heartbeat; 401 with a wrong token; 503 where too many are open |
 * | `GET /handovers` | 200, the last Handovers as a JSON array |
 * | `GET /healthz` | 200 `ok`; 503 only when the election's own loop has stopped |
 * | `GET /readyz`  | 200 `ok` once the lock has been observed; 503 before, while others lead by another lock, and while there is no right to this one |
 * | `GET /metrics` | 200, Prometheus' text format |
 * | `POST /resign` | 200, an ElectionStatus as JSON, once the lock is released; 409 when not leading; 503 when the release could not be confirmed (the "no" stays); 401 without the pod's token; 403 where there is none |
 *
 * HEAD is answered like GET, without a body. Another path: 404. Another method: 405. A request with a body: 413. One with two
 * Host or Authorization headers: 400. All errors are one line of text. What each request takes and returns is said in full in docs/api.md.
 */
export function createHttpApi({ status, elector, metrics, streams, token }: HttpApiOptions): Server {
  const routes: Routes = {
    '/': get((_request, response) => sendJson(response, status())),
    '/events': {
      method: 'GET',
      proof: 'optional',
      answer: (request, response) => {
        const listener = callerOf(request, token) === 'pod' ? 'app' : 'onlooker';
        const greeting = () => [{ message: status() }, handoversEvent(elector)];
        if (streams.hasRoomFor(listener)) streams.open(request, response, listener, greeting);
        else refuseStream(response, listener);
      },
    },
    '/handovers': get((_request, response) => sendJson(response, elector.handovers)),
    '/healthz': get((_request, response) =>
      sendCheck(response, elector.hasStopped ? 'the election has stopped' : null),
    ),
    '/readyz': get((_request, response) => sendCheck(response, elector.notReadyBecause)),
    '/metrics': get(async (_request, response) => {
      send(response, 200, metrics.contentType, await metrics.render());
    }),
    '/resign': {
      method: 'POST',
      proof: 'required',
      answer: async (_request, response) => {
        await elector.resign();
        sendJson(response, status());
      },
    },
  };
  const connections = new HttpConnections(streams);
  const server = createServer((request, response) => {
    const admission = connections.admit(response);
    if (admission === 'refused') refusePipelined(response);
    if (admission !== 'answered') return;
    answer(routes, token, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendText(response, statusCodeOf(error), textOf(error));
    });
  });
  server.on('connection', (socket) => connections.opened(socket));
  server.requestTimeout = requestTimeoutMs;
  // Node forgets what comes after so many headers: a second Host, say.
  server.maxHeadersCount = 0;
  server.timeout = idleTimeoutMs;
  return server;
}

/** The event that tells who led after whom. */
export function handoversEvent({ handovers }: Pick<HttpApiOptions['elector'], 'handovers'>): StreamEvent {
  return { name: 'handovers', message: handovers };
}

function get(answer: Route['answer']): Route {
  return { method: 'GET', answer };
}

function statusCodeOf(error: unknown): number {
  if (error instanceof NotLeadingError) return 409;
  if (error instanceof UnconfirmedReleaseError) return 503;
  return 500;
}

async function answer(
  routes: Routes,
  token: PodToken | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  // Nobody reads a body, so that nobody has to wait for its end.
  if (hasBody(request)) response.setHeader('Connection', 'close');
  const repeated = repeatedHeader(request);
  if (repeated !== undefined) {
    response.setHeader('Connection', 'close');
    sendText(response, 400, `there is more than one ${repeated} header`);
    return;
  }
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    sendText(response, 404, `there is no ${path}; there are ${Object.keys(routes).join(' ')}`);
    return;
  }
  const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  if (!methods.includes(request.method ?? '')) {
    response.setHeader('Allow', methods.join(', '));
    sendText(response, 405, `${path} takes ${route.method}, not ${request.method ?? ''}`);
  } else if (!mayAsk(route, callerOf(request, token))) {
    refuseCaller(response, path, route, token);
  } else if (hasBody(request)) {
    sendText(response, 413, `${path} takes no body`);
  } else {
    await route.answer(request, response);
  }
}

/** Node.js joins or drops what is repeated, each proxy in its own way: it is never clear which of two is meant. */
function repeatedHeader({ headersDistinct }: IncomingMessage): string | undefined {
  return ['Host', 'Authorization'].find((name) => (headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
}

function callerOf({ headers }: IncomingMessage, token: PodToken | null): Caller {
  if (headers.authorization === undefined) return 'anybody';
  return token?.isIn(headers.authorization) === true ? 'pod' : 'impostor';
}

function mayAsk({ proof }: Route, caller: Caller): boolean {
  if (proof === undefined || caller === 'pod') return true;
  return proof === 'optional' && caller === 'anybody';
}

function refuseCaller(
  response: ServerResponse,
  path: string,
  { proof }: Route,
  token: PodToken | null,
): void {
  if (proof === 'required' && token === null) {
    sendText(response, 403, `${path} is for the pod's own programs alone, which need --token-file for it`);
    return;
  }
  const where = token === null ? 'which takes --token-file' : 'which is in the file of --token-file';
  response.setHeader('WWW-Authenticate', 'Bearer');
  sendText(response, 401, `Authorization must be "Bearer" with this pod's token, ${where}`);
}

function refuseStream(response: ServerResponse, listener: Listener): void {
  response.setHeader('Retry-After', retryAfterSeconds);
  const whose = listener === 'app' ? 'of the app' : 'of onlookers';
  sendText(response, 503, `${maxStreams[listener]} streams ${whose} are open, and more there may not be`);
}

function refusePipelined(response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  sendText(response, 503, `${maxUnanswered} requests of this connection wait for answers, and more may not`);
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

function sendCheck(response: ServerResponse, problem: string | null): void {
  if (problem === null) sendText(response, 200, 'ok');
  else sendText(response, 503, problem);
}

function sendJson(response: ServerResponse, body: object): void {
  send(response, 200, 'application/json', `${JSON.stringify(body)}\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
