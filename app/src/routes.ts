import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { maxReaders } from './browser-events.ts';
import type { BrowserEvents } from './browser-events.ts';
import { pagePolicy, renderPage } from './page.ts';
import type { PodView } from './pod-view.ts';

/** What the routes answer from. */
export interface RouteSources {
  /** What the page shows now. */
  readonly view: () => PodView;
  readonly browserEvents: BrowserEvents;
}

const retryAfterSeconds = 5;

/**
 * The app's HTTP interface, for GET and HEAD:
 *
 * - `/` the page;
 * - `/events` a `text/event-stream` whose messages are PodViews as JSON: one at once, one at every change, one a second; 503
 *   with Retry-After where as many are open as there may be;
 * - `/healthz` 200 while this process serves;
 * - `/readyz` 200 while the elector is heard, 503 before that and while it is silent: a Service sends its visitors to pods
 *   that know something. An elector that speaks but knows of no leader leaves the pod ready, so that a page is served
 *   when the API server cannot be reached.
 *
 * Nothing may be cached. A connection that carries a stream is closed when something else is asked on it. Other paths are answered with 404, other methods with 405, requests with a body with 413.
 */
export function createApp({ view, browserEvents }: RouteSources): Express {
  const app = express();
  app.set('etag', false);
  app.use(nothingBehindAStream(browserEvents), securityHeaders(), neverCached, onlyReading, withoutBody);

  app.get('/', (_request, response) => {
    response.type('html').send(renderPage(view()));
  });
  app.get('/events', (request, response) => {
    if (request.method === 'HEAD') {
      response.type('text/event-stream').end();
    } else if (browserEvents.isFull) {
      response.set('Retry-After', String(retryAfterSeconds));
      text(response, 503, `${maxReaders} pages are open here, and more there may not be`);
    } else {
      browserEvents.add(response);
    }
  });
  app.get('/healthz', (_request, response) => {
    text(response, 200, 'ok');
  });
  app.get('/readyz', (_request, response) => {
    if (view().election.state === 'silent') text(response, 503, 'the elector is silent');
    else text(response, 200, 'ok');
  });
  app.use((_request, response) => {
    text(response, 404, 'not found');
  });
  return app;
}

/** A stream never ends, so what is asked behind it is never answered, and its answers would be stored for as long. */
function nothingBehindAStream(browserEvents: BrowserEvents) {
  return ({ socket }: Request, _response: Response, next: NextFunction): void => {
    if (browserEvents.has(socket)) socket.destroy();
    if (!socket.destroyed) next();
  };
}

function securityHeaders() {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: pagePolicy },
    xFrameOptions: { action: 'deny' },
    // A NodePort speaks plain HTTP, where browsers ignore these and complain about them.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

function neverCached(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  next();
}

function onlyReading(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') {
    next();
  } else {
    response.set('Allow', 'GET, HEAD');
    text(response, 405, 'only GET and HEAD are answered here');
  }
}

function withoutBody({ headers }: Request, response: Response, next: NextFunction): void {
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) {
    next();
  } else {
    response.set('Connection', 'close');
    text(response, 413, 'requests have no body here');
  }
}

function text(response: Response, status: number, line: string): void {
  response.status(status).type('text/plain').send(`${line}\n`);
}
