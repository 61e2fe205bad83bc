import type { IncomingMessage, ServerResponse } from 'node:http';
import { discover, discoveryContentType } from './discovery.ts';
import { openApi } from './openapi.ts';
import { toJson } from './representation.ts';

const version = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+embedded',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `${process.platform}/${process.arch}`,
};

/** Answers requests for paths that are no objects: health, version, discovery, OpenAPI. */
export function handlePath(request: IncomingMessage, response: ServerResponse, path: string): void {
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  const document = documentAt(trimmed, request.headers.accept ?? '');
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(trimmed)) sendText(response, 200, 'ok');
  else if (document) sendJson(response, document, discoveryContentType(document));
  else sendText(response, 404, '404 page not found\n');
}

function documentAt(path: string, accept: string): object | null {
  if (path === '/version') return version;
  return path.startsWith('/openapi/') ? openApi(path) : discover(path, accept);
}

function sendJson(response: ServerResponse, body: object, contentType: string): void {
  response.writeHead(200, { 'Content-Type': contentType });
  response.end(body === version ? JSON.stringify(body, null, 2) : toJson(body, response.req));
}

function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
