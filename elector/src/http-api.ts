import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ElectionStatus } from './election-status.ts';
import type { EventStreams } from './event-streams.ts';
import { refusalOfForeign } from './local-request.ts';
import { NotLeadingError, UnconfirmedReleaseError } from './resign-error.ts';

/** What the HTTP API tells of, and whom it asks. */
export interface HttpApiOptions {
  readonly elector: {
    status(): ElectionStatus;
    /** null: it is ready. */
    readonly notReadyBecause: string | null;
    readonly hasStopped: boolean;
    resign(): Promise<void>;
  };
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** Where `/events` connections go. */
  readonly streams: EventStreams;
}

interface Route {
  /** A route for GET takes HEAD too. */
  readonly method: 'GET' | 'POST';
  /** Whether only programs of the same pod may ask. */
  readonly isLocal?: true;
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}
type Routes = Readonly<Record<string, Route>>;

/**
 * | request        | answer |
 * |---|---|
 * | `GET /`        | 200, an ElectionStatus as JSON |
 * | `GET /events`  | 200, `text/event-stream`: the same JSON now, at every change and at every renewal; a comment as heartbeat |
 * | `GET /healthz` | 200 `ok`; 503 only when the election's own loop has stopped |
 * | `GET /readyz`  | 200 `ok` once the lock has been observed; 503 before, and while others lead by another lock |
 * | `GET /metrics` | 200, Prometheus' text format |
 * | `POST /resign` | 200, an ElectionStatus as JSON, once the lock is released; 409 when not leading; 503 when the release could not be confirmed (the "no" stays); 403 for a request that is not local |
 *
 * HEAD is answered like GET, without a body. Another path: 404. Another method: 405. A request with a body: 413. All errors
 * are one line of text. What each request takes and returns is said in full in docs/api.md.
 */
export function createHttpApi({ elector, metrics, streams }: HttpApiOptions): Server {
  const status = () => elector.status();
  const routes: Routes = {
    '/': get((_request, response) => sendJson(response, status())),
    '/events': get((request, response) => streams.open(request, response, status)),
    '/healthz': get((_request, response) =>
      sendCheck(response, elector.hasStopped ? 'the election has stopped' : null),
    ),
    '/readyz': get((_request, response) => sendCheck(response, elector.notReadyBecause)),
    '/metrics': get(async (_request, response) => {
      send(response, 200, metrics.contentType, await metrics.render());
    }),
    '/resign': {
      method: 'POST',
      isLocal: true,
      answer: async (_request, response) => {
        await elector.resign();
        sendJson(response, status());
      },
    },
  };
  const server = createServer((request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) sendText(response, statusCodeOf(error), message);
    });
  });
  server.requestTimeout = 10_000;
  return server;
}

function get(answer: Route['answer']): Route {
  return { method: 'GET', answer };
}

function statusCodeOf(error: unknown): number {
  if (error instanceof NotLeadingError) return 409;
  if (error instanceof UnconfirmedReleaseError) return 503;
  return 500;
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    sendText(response, 404, `there is no ${path}; there are ${Object.keys(routes).join(' ')}`);
    return;
  }
  const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
  const foreign = route.isLocal === true ? refusalOfForeign(request) : null;
  if (!methods.includes(request.method ?? '')) {
    response.setHeader('Allow', methods.join(', '));
    sendText(response, 405, `${path} takes ${route.method}, not ${request.method ?? ''}`);
  } else if (foreign !== null) {
    sendText(response, 403, foreign);
  } else if (hasBody(request)) {
    response.setHeader('Connection', 'close');
    sendText(response, 413, `${path} takes no body`);
  } else {
    await route.answer(request, response);
  }
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
