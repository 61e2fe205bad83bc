import type { KubernetesObject, ObjectToWrite, Selection } from '../api.ts';
import type { UpdatedPart } from '../drafts.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { nameOf } from '../resource.ts';
import { badRequest, methodNotAllowed } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { decodeObject } from './decode.ts';
import { representList, representObject, sendObject } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';
import { readDeleteOptions, readDryRun } from './write-options.ts';
import { checkVersion, readWatchOptions } from './watch-options.ts';
import { WatchStream } from './watch-stream.ts';

type Handler = (request: ApiRequest) => Promise<void> | void;

const handlers: Readonly<Record<string, Handler>> = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create: createObject,
  update: updateObject,
  patch: patchObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
};

/** Answers a request for whole objects, or for one's status. @throws ApiStatusError */
export async function handleObjects(request: ApiRequest): Promise<void> {
  const handler = handlers[request.target.verb];
  if (!handler) throw methodNotAllowed();
  await handler(request);
}

function getObject(request: ApiRequest): void {
  const { backend, resource, namespace, target } = request;
  answer(request, 200, backend.registry.get(nameOf(resource), namespace, target.objectName));
}

function listObjects({ backend, resource, query, response, representation, ...request }: ApiRequest): void {
  checkVersion(query.get('resourceVersion') ?? '');
  const selection = selectionOf({ query, ...request });
  const { items, resourceVersion } = backend.registry.list(nameOf(resource), selection);
  sendObject(response, 200, representList(resource, items, resourceVersion, representation), representation);
}

function watchObjects({ backend, resource, query, response, representation, ...request }: ApiRequest): void {
  const selection = selectionOf({ query, ...request });
  const stream = new WatchStream(backend.registry, resource, representation, response);
  stream.start(selection, readWatchOptions(query));
}

function selectionOf({
  query,
  namespace,
  target,
}: Pick<ApiRequest, 'query' | 'namespace' | 'target'>): Selection {
  const fields = [query.get('fieldSelector'), target.objectName && `metadata.name=${target.objectName}`];
  return {
    namespace,
    fieldSelector: fields.filter((field) => field).join(','),
    labelSelector: query.get('labelSelector') ?? '',
  };
}

async function createObject(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, query } = request;
  if (request.target.objectName !== '') throw methodNotAllowed();
  const object = await readObject(request);
  const dryRun = readDryRun(query.getAll('dryRun'), 'CreateOptions');
  answer(request, 201, backend.registry.create(nameOf(resource), namespace, object, { dryRun }));
}

async function updateObject(request: ApiRequest): Promise<void> {
  const object = await readObject(request);
  checkName(request, object);
  replace(request, object);
}

async function patchObject(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target } = request;
  const body = await readBody(request.request);
  const existing = backend.registry.get(nameOf(resource), namespace, target.objectName);
  const patched = applyPatch(resource.schema, existing, mediaTypeOf(request.request), body);
  const object = decodeObject(resource, patched, request.query, request.response);
  checkName(request, object);
  replace(request, object);
}

function replace(request: ApiRequest, object: ObjectToWrite): void {
  const { backend, resource, namespace, target, query } = request;
  const { registry } = backend;
  const name = nameOf(resource);
  const existed = registry.has(name, namespace, target.objectName);
  const dryRun = readDryRun(query.getAll('dryRun'), 'UpdateOptions');
  answer(request, existed ? 200 : 201, registry.update(name, namespace, object, partOf(request), { dryRun }));
}

const partOf = ({ target: { subresource } }: ApiRequest): UpdatedPart =>
  subresource === 'status' || subresource === 'finalize' ? subresource : 'object';

function checkName({ target: { objectName } }: ApiRequest, { metadata }: ObjectToWrite): void {
  if (!metadata?.name)
    throw badRequest(
      `the name of the object (${objectName} based on URL) was undeterminable: name must be provided`,
    );
  if (metadata.name !== objectName)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${objectName})`,
    );
}

async function deleteObject(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query } = request;
  const name = nameOf(resource);
  const options = readDeleteOptions(await readBody(request.request), mediaTypeOf(request.request), query);
  const deleted = backend.registry.delete(name, namespace, target.objectName, options);
  const isGone = !backend.registry.has(name, namespace, target.objectName);
  if (resource.returnsDeleted || !isGone) answer(request, 200, deleted);
  else sendObject(request.response, 200, deletionStatus(request, deleted), request.representation);
}

function deletionStatus(
  { resource: { group, plural } }: ApiRequest,
  { metadata: { name, uid } }: KubernetesObject,
) {
  const details = { name, ...(group && { group }), kind: plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

async function deleteCollection(request: ApiRequest): Promise<void> {
  const { backend, resource, query, response, representation } = request;
  const options = readDeleteOptions(await readBody(request.request), mediaTypeOf(request.request), query);
  const { items } = backend.registry.list(nameOf(resource), selectionOf(request));
  const deleted = items.map(({ metadata: { namespace = null, name } }) =>
    backend.registry.delete(nameOf(resource), namespace, name, options),
  );
  const { resourceVersion } = backend.registry;
  sendObject(
    response,
    200,
    representList(resource, deleted, resourceVersion, representation),
    representation,
  );
}

async function readObject({ resource, query, request, response }: ApiRequest): Promise<ObjectToWrite> {
  const body = await readBody(request);
  return decodeObject(resource, parseObject(body, mediaTypeOf(request), resource.kind), query, response);
}

function answer(
  { resource, response, representation }: ApiRequest,
  code: number,
  object: KubernetesObject,
): void {
  sendObject(response, code, representObject(resource, object, representation), representation);
}
