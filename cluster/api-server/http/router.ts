import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiStatusError } from '../api.ts';
import { authenticate } from '../authentication.ts';
import type { User } from '../authentication.ts';
import { authorize } from '../authorization.ts';
import { resources } from '../resources.ts';
import { badRequest, internalError, methodNotAllowed, unknownResource } from '../status.ts';
import type { Backend, Upgrade } from './api-request.ts';
import { warn } from './decode.ts';
import { impersonate } from './impersonation.ts';
import { handleObjects } from './object-requests.ts';
import { handlePath } from './path-requests.ts';
import { negotiate, plainJson, sendObject, sendStatus } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';
import { isResourceTarget, readTarget } from './request-target.ts';
import type { ResourceTarget } from './request-target.ts';
import { handleSubresource } from './subresources.ts';
import { virtualResources } from './virtual-resources.ts';

/** Answers every request: who asks, what for, may they, and then the answer, or a Status that says why not. */
export async function route(
  backend: Backend,
  adminToken: string,
  request: IncomingMessage,
  response: ServerResponse,
  upgrade: Upgrade | null = null,
): Promise<void> {
  try {
    const url = parseUrl(request.url ?? '/');
    const caller = authenticate(request.headers.authorization, adminToken, backend.tokens);
    const user = impersonate(backend.registry, caller, request);
    const target = readTarget(request.method ?? 'GET', url);
    authorize(backend.registry, user, target);
    if (isResourceTarget(target))
      await handleResource(backend, user, target, url, request, response, upgrade);
    else handlePath(request, response, url.pathname);
  } catch (error) {
    answerError(response, error);
  }
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text, 'https://localhost');
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    throw badRequest(`the path ${JSON.stringify(text)} cannot be read`);
  }
}

async function handleResource(
  backend: Backend,
  user: User,
  target: ResourceTarget,
  { searchParams: query }: URL,
  request: IncomingMessage,
  response: ServerResponse,
  upgrade: Upgrade | null,
): Promise<void> {
  const representation =
    target.subresource === 'proxy' ? plainJson : negotiate(request.headers.accept, query);
  const isMeant = (candidate: { group: string; version: string; plural: string }) =>
    candidate.group === target.group &&
    candidate.version === target.version &&
    candidate.plural === target.resource;
  const virtual = virtualResources.find(isMeant);
  if (virtual) {
    if (target.verb !== 'create') throw methodNotAllowed();
    const sent = parseObject(await readBody(request), mediaTypeOf(request), virtual.kind);
    sendObject(response, 201, virtual.answer(backend, user, sent), representation);
    return;
  }
  const resource = resources.find(isMeant);
  if (!resource) throw unknownResource();
  if (resource.deprecation !== undefined) warn(response, resource.deprecation);
  const namespace = resource.namespaced ? target.namespace : null;
  const handle = target.subresource === '' ? handleObjects : handleSubresource;
  await handle({
    backend,
    user,
    resource,
    target,
    namespace,
    query,
    representation,
    request,
    response,
    upgrade,
  });
}

function answerError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ApiStatusError;
  if (!known) console.error('API server:', error);
  // An answer that has begun cannot become another one: cutting it off tells that it is incomplete.
  if (response.headersSent) response.destroy();
  else
    sendStatus(
      response,
      known ? error : internalError(error instanceof Error ? error.message : String(error)),
    );
}
