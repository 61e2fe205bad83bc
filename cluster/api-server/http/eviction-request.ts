import type { Pod } from 'kubernetes-types/core/v1.js';
import { countEviction } from '../disruption-budgets.ts';
import type { ApiRequest } from './api-request.ts';
import { isJsonObject } from '../../../base/json.ts';
import { nameOf } from '../resource.ts';
import { sendObject } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';
import { readDeleteOptions } from './write-options.ts';

/** Answers `POST …/pods/NAME/eviction`, `kubectl drain`: a deletion, where the pod's disruption budget allows it. @throws ApiStatusError */
export async function handleEviction(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, query, response, representation } = request;
  const sent = parseObject(await readBody(request.request), mediaTypeOf(request.request), 'Eviction');
  const options = isJsonObject(sent['deleteOptions']) ? JSON.stringify(sent['deleteOptions']) : '';
  const deletion = readDeleteOptions(options, 'application/json', query);
  // The registry keeps no pod that its definition does not accept.
  const pod = backend.registry.get(nameOf(resource), namespace, target.objectName) as unknown as Pod;
  countEviction(backend.registry, pod, deletion.dryRun ?? false);
  backend.registry.delete(nameOf(resource), namespace, target.objectName, deletion);
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  sendObject(response, 201, body, representation);
}
