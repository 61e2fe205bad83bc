import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ElectionStatus } from './election-status.ts';
import type { EventStreams } from './event-streams.ts';

/** What the HTTP API tells of, and whom it asks. */
export interface HttpApiOptions {
  readonly elector: {
    status(): ElectionStatus;
    readonly hasObserved: boolean;
    readonly hasStopped: boolean;
  };
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** Where `/events` connections go. */
  readonly streams: EventStreams;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
type Routes = Readonly<Record<string, Handler>>;

/**
 * | request        | answer |
 * |---|---|
 * | `GET /`        | 200, an ElectionStatus as JSON |
 * | `GET /events`  | 200, `text/event-stream`: the same JSON now, at every change and at every renewal; a comment as heartbeat |
 * | `GET /healthz` | 200 `ok`; 503 only when the election's own loop has stopped |
 * | `GET /readyz`  | 200 `ok` once the lock has been observed; 503 before |
 * | `GET /metrics` | 200, Prometheus' text format |
 *
 * HEAD is answered like GET, without a body. Another path: 404. Another method: 405. A request with a body: 413. All errors
 * are one line of text.
 */
export function createHttpApi({ elector, metrics, streams }: HttpApiOptions): Server {
  const status = () => elector.status();
  const routes: Routes = {
    '/': (_request, response) => sendJson(response, status()),
    '/events': (request, response) => streams.open(request, response, status),
    '/healthz': (_request, response) => sendCheck(response, !elector.hasStopped, 'the election has stopped'),
    '/readyz': (_request, response) =>
      sendCheck(response, elector.hasObserved, 'the lock is not observed yet'),
    '/metrics': async (_request, response) => {
      send(response, 200, metrics.contentType, await metrics.render());
    },
  };
  const server = createServer((request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) sendText(response, 500, message);
    });
  });
  server.requestTimeout = 10_000;
  return server;
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const handle = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (handle === undefined) {
    sendText(response, 404, `there is no ${path}; there are ${Object.keys(routes).join(' ')}`);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendText(response, 405, `${path} takes GET, not ${request.method ?? ''}`);
  } else if (hasBody(request)) {
    response.setHeader('Connection', 'close');
    sendText(response, 413, `${path} takes no body`);
  } else {
    await handle(request, response);
  }
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

function sendCheck(response: ServerResponse, ok: boolean, problem: string): void {
  if (ok) sendText(response, 200, 'ok');
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
