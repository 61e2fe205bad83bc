import type { Subresource } from '../resource.ts';
import { methodNotAllowed, unknownResource } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { handleAttach } from './attach-request.ts';
import { handleEviction } from './eviction-request.ts';
import { handleExec } from './exec-request.ts';
import { handleObjects } from './object-requests.ts';
import { handlePodLog } from './pod-log-request.ts';
import { handlePortForward } from './port-forward-request.ts';
import { handleProxy } from './proxy-request.ts';
import { handleScale } from './scale-request.ts';
import { handleTokenRequest } from './token-request.ts';

interface SubresourceDefinition {
  readonly verbs: readonly string[];
  /** What requests send and get, where it is not the object itself. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  handle(request: ApiRequest): Promise<void>;
}

/** What can be asked about one object besides the object itself. */
export const subresources: Readonly<Record<Subresource, SubresourceDefinition>> = {
  attach: {
    verbs: ['create', 'get'],
    kind: { group: '', version: 'v1', kind: 'PodAttachOptions' },
    handle: handleAttach,
  },
  eviction: {
    verbs: ['create'],
    kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
    handle: handleEviction,
  },
  exec: {
    verbs: ['create', 'get'],
    kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
    handle: handleExec,
  },
  finalize: { verbs: ['update'], handle: handleObjects },
  log: { verbs: ['get'], handle: handlePodLog },
  portforward: {
    verbs: ['create', 'get'],
    kind: { group: '', version: 'v1', kind: 'PodPortForwardOptions' },
    handle: handlePortForward,
  },
  proxy: { verbs: ['create', 'delete', 'get', 'patch', 'update'], handle: handleProxy },
  scale: {
    verbs: ['get', 'patch', 'update'],
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    handle: handleScale,
  },
  status: { verbs: ['get', 'patch', 'update'], handle: handleObjects },
  token: {
    verbs: ['create'],
    kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
    handle: handleTokenRequest,
  },
};

/** Answers a request for a part of an object. @throws ApiStatusError */
export async function handleSubresource(request: ApiRequest): Promise<void> {
  const { resource, target } = request;
  const name = resource.subresources?.find((candidate) => candidate === target.subresource);
  if (!name) throw unknownResource();
  const definition = subresources[name];
  if (!definition.verbs.includes(target.verb)) throw methodNotAllowed();
  await definition.handle(request);
}
