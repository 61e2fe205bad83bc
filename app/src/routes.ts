import compression from 'compression';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { maxReaders } from './browser-events.ts';
import type { BrowserEvents } from './browser-events.ts';
import type { PodReport } from '../page/message.ts';
import type { PageState } from './page-state.ts';
import { pagePolicy, pageScript, renderPage } from './page.ts';

/** What the routes answer from. */
export interface RouteSources {
  /** What the page shows now. */
  readonly state: () => PageState;
  /** This pod, and what it has heard of the others. */
  readonly pods: () => readonly PodReport[];
  readonly browserEvents: BrowserEvents;
}

const retryAfterSeconds = 5;

/**
 * The app's HTTP interface, for GET and HEAD:
 *
 * - `/` the page, and `/page.js` its script;
 * - `/events` a `text/event-stream` whose messages are PageMessages as JSON: one at once, one at every change, one a second; and
 *   whose events `handovers` are arrays of Handovers, at the start and at each change; 503 with Retry-After where as many are
 *   open as there may be;
 * - `/state` the same as one JSON object, for pages that events do not reach;
 * - `/pods` what this pod knows of itself and the others, for these: an array of PodReports as JSON;
 * - `/healthz` 200 while this process serves;
 * - `/readyz` 200 while the elector is heard, 503 before that and while it is silent: a Service sends its visitors to pods
 *   that know something. An elector that speaks but knows of no leader leaves the pod ready, so that a page is served
 *   when the API server cannot be reached.
 *
 * Nothing may be cached. A connection that carries a stream is closed when something else is asked on it. Other paths are answered with 404, other methods with 405, requests with a body with 413.
 * What is long is compressed for whoever takes it so; streams are not, since a message would wait in the compressor.
 */
export function createApp({ state, pods, browserEvents }: RouteSources): Express {
  const app = express();
  app.set('etag', false);
  app.use(nothingBehindAStream(browserEvents), securityHeaders(), neverCached, onlyReading, withoutBody);
  app.use(compression({ filter: isNoStream }));

  app.get('/', (_request, response) => {
    response.type('html').send(renderPage(state()));
  });
  app.get('/page.js', (_request, response) => {
    response.type('js').send(pageScript);
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
  app.get('/state', (_request, response) => {
    response.json(state());
  });
  app.get('/pods', (_request, response) => {
    response.json(pods());
  });
  app.get('/healthz', (_request, response) => {
    text(response, 200, 'ok');
  });
  app.get('/readyz', (_request, response) => {
    if (state().message.election.state === 'silent') text(response, 503, 'the elector is silent');
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

function isNoStream(request: Request, response: Response): boolean {
  return response.get('content-type') !== 'text/event-stream' && compression.filter(request, response);
}

function text(response: Response, status: number, line: string): void {
  response.status(status).type('text/plain').send(`${line}\n`);
}
