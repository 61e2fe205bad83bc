import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import type { CurrentTerm } from './current-term.ts';

/**
 * What the leader alone serves, behind its Service: `GET /` answers `{"name","fencingToken"}`, this pod's name and its term's token.
 * While the pod does not lead, every request is refused with 503, and its connection closed, so that the client comes to the leader with
 * the next: a Service leads to the former one for a moment, and open connections stay where they are.
 */
export function createLeaderApp(podName: string, term: CurrentTerm): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(async (_request: Request, response: Response, next: NextFunction) => {
    response.set('Cache-Control', 'no-store');
    response.locals['fencingToken'] = await term.fencingToken();
    if (response.locals['fencingToken'] === null)
      response.status(503).set('Connection', 'close').type('text/plain').send(`${podName} does not lead\n`);
    else next();
  });
  app.get('/', (_request, response) => {
    response.json({ name: podName, fencingToken: response.locals['fencingToken'] as string });
  });
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('not found\n');
  });
  return app;
}
