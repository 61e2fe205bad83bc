import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify as toYaml } from 'yaml';
import type { KubernetesObject, ApiStatusError } from '../api.ts';
import { apiVersionOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { notAcceptable } from '../status.ts';
import { toTable } from '../table.ts';
import type { IncludeObject } from '../table.ts';

/** The form that a client asks for its answer in. */
export interface Representation {
  readonly mediaType: 'application/json' | 'application/yaml';
  /** Set where the answer shall be a Table, as for `kubectl get`. */
  readonly table: { readonly includeObject: IncludeObject } | null;
}

export const plainJson: Representation = { mediaType: 'application/json', table: null };

/**
 * Reads an `Accept` header: the first form in it that this server knows.
 * @throws ApiStatusError 406 where it knows none.
 */
export function negotiate(accept: string | undefined, query: URLSearchParams): Representation {
  for (const range of (accept ?? '*/*').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const form = parameters.find((parameter) => parameter.startsWith('as='))?.slice('as='.length);
    if (form !== undefined && !(form === 'Table' && parameters.includes('v=v1'))) continue;
    const includeObject = query.get('includeObject') as IncludeObject | null;
    const table = form === 'Table' ? { includeObject: includeObject ?? 'Metadata' } : null;
    if (['application/json', 'application/*', '*/*'].includes(type))
      return { mediaType: 'application/json', table };
    if (type === 'application/yaml') return { mediaType: type, table };
  }
  throw notAcceptable(['application/json', 'application/yaml']);
}

/** One object, in the form asked for. */
export function representObject(
  resource: Resource,
  object: KubernetesObject,
  { table }: Representation,
): object {
  const { resourceVersion } = object.metadata;
  return table ? toTable(resource, [object], { resourceVersion }, table.includeObject) : object;
}

/** A list of objects, in the form asked for. Its items do not repeat their kind. */
export function representList(
  resource: Resource,
  objects: readonly KubernetesObject[],
  resourceVersion: string,
  { table }: Representation,
): object {
  if (table) return toTable(resource, objects, { resourceVersion }, table.includeObject);
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion },
    items: objects.map((object) => ({ ...object, kind: undefined, apiVersion: undefined })),
  };
}

/** Ends a response with `body`. */
export function sendObject(
  response: ServerResponse,
  code: number,
  body: object,
  { mediaType }: Representation,
): void {
  const text = mediaType === 'application/yaml' ? toYaml(body) : toJson(body, response.req);
  response.writeHead(code, { 'Content-Type': mediaType, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** As JSON: indented for those who read it, which are `?pretty=true`, curl, wget and browsers, as in Kubernetes. */
export function toJson(body: object, { url = '', headers }: IncomingMessage): string {
  const asked = new URLSearchParams(url.split('?')[1]).get('pretty') ?? '';
  const isRead =
    asked === ''
      ? /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '')
      : /^(1|t|true)$/i.test(asked);
  return isRead ? JSON.stringify(body, null, 2) : `${JSON.stringify(body)}\n`;
}

/** Ends a response with a Status. */
export const sendStatus = (response: ServerResponse, { status }: ApiStatusError): void =>
  sendObject(response, status.code, status, plainJson);
