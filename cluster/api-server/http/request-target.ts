import { parseFieldSelector, selectedName } from '../field-selector.ts';
import type { ResourceAttributes } from '../authorization.ts';

/** A request for objects: which verb on which of them. */
export interface ResourceTarget extends ResourceAttributes {
  readonly version: string;
  /** The object's name in the path; `''` for a collection. */
  readonly objectName: string;
}

/** A request for something else: health, version, discovery. */
export interface PathTarget {
  readonly verb: string;
  readonly path: string;
}

/** What a request is about, read from its method and URL: what Kubernetes calls RequestInfo. */
export type RequestTarget = ResourceTarget | PathTarget;

const collectionVerbs: Record<string, string> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' };
const objectVerbs: Record<string, string> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Reads a request's method and URL. */
export function readTarget(method: string, url: URL): RequestTarget {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const location = locate(parts);
  const usedMethod = method === 'HEAD' ? 'GET' : method;
  if (!location) return { verb: usedMethod.toLowerCase(), path: url.pathname };
  const verb = verbFor(usedMethod, location, url.searchParams);
  return { ...location, verb, name: location.objectName || nameInSelector(url.searchParams) };
}

type Location = Omit<ResourceTarget, 'verb' | 'name'>;

function locate(parts: readonly string[]): Location | null {
  const [root, ...rest] = parts;
  if (root === 'api') return locateInGroup('', rest);
  return root === 'apis' ? locateInGroup(rest[0] ?? '', rest.slice(1)) : null;
}

function locateInGroup(group: string, [version, ...path]: readonly string[]): Location | null {
  const [first, second, third] = path;
  if (version === undefined || first === undefined) return null;
  // A namespace's own path is also a request in that namespace.
  const namespace = first === 'namespaces' ? (second ?? null) : null;
  const inNamespace = namespace !== null && third !== undefined && !namespaceSubresources.includes(third);
  const [resource = '', objectName = '', ...parts] = inNamespace ? path.slice(2) : path;
  // What follows on `proxy` is a path of the pod's own.
  const subresource = parts[0] === 'proxy' ? 'proxy' : parts.join('/');
  return { group, version, namespace, resource, objectName, subresource };
}

const namespaceSubresources = ['status', 'finalize'];

function verbFor(method: string, { objectName, subresource }: Location, query: URLSearchParams): string {
  const onObject = objectName !== '';
  if (onObject && method === 'POST' && subresource !== '') return 'create';
  const verb = (onObject ? objectVerbs : collectionVerbs)[method];
  if (verb === 'list' && isTrue(query.get('watch'))) return 'watch';
  return verb ?? method.toLowerCase();
}

/** How Kubernetes reads a boolean parameter. */
export const isTrue = (value: string | null): boolean =>
  value !== null && !['false', '0', 'f', 'F', 'False', 'FALSE'].includes(value);

// A selector that cannot be read names nothing; the request itself will be refused for it.
function nameInSelector(query: URLSearchParams): string {
  try {
    return selectedName(parseFieldSelector(query.get('fieldSelector') ?? '')) ?? '';
  } catch {
    return '';
  }
}

/** Whether a request is for objects. */
export const isResourceTarget = (target: RequestTarget): target is ResourceTarget => !('path' in target);
