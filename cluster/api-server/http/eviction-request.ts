import type { ApiRequest } from './api-request.ts';
import { isJsonObject } from '../../../base/json.ts';
import { nameOf } from '../resource.ts';
import { sendObject } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';
import { readDeleteOptions } from './write-options.ts';

/** Answers `POST …/pods/NAME/eviction`, `kubectl drain`: a deletion, since there are no disruption budgets. */
export async function handleEviction(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query, response, representation } = request;
  const sent = parseObject(await readBody(request.request), mediaTypeOf(request.request), 'Eviction');
  const options = isJsonObject(sent['deleteOptions']) ? JSON.stringify(sent['deleteOptions']) : '';
  backend.registry.delete(
    nameOf(resource),
    namespace,
    target.objectName,
    readDeleteOptions(options, 'application/json', query),
  );
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  sendObject(response, 201, body, representation);
}
