import type { KubernetesObject } from '../api.ts';
import { formatLabelSelector } from '../label-selector.ts';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { invalidValue } from '../field-error.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { nameOf } from '../resource.ts';
import { badRequest, invalid, methodNotAllowed } from '../status.ts';
import type { ApiRequest } from './api-request.ts';
import { sendObject } from './representation.ts';
import { mediaTypeOf, parseObject, readBody } from './request-body.ts';
import { readDryRun } from './write-options.ts';

/** Answers requests for `…/scale`: how many replicas an object shall have. @throws ApiStatusError */
export async function handleScale(request: ApiRequest): Promise<void> {
  const { backend, resource, namespace, target, response, representation } = request;
  const body = target.verb === 'get' ? '' : await readBody(request.request);
  const existing = backend.registry.get(nameOf(resource), namespace, target.objectName);
  const result =
    target.verb === 'get' ? existing : rescale(request, existing, sentScale(request, existing, body));
  sendObject(response, 200, scaleOf(result), representation);
}

function sentScale({ target, request }: ApiRequest, existing: KubernetesObject, body: string): JsonObject {
  const mediaType = mediaTypeOf(request);
  if (target.verb === 'update') return parseObject(body, mediaType, 'Scale');
  if (target.verb === 'patch') return applyPatch({ type: 'any' }, scaleOf(existing), mediaType, body);
  throw methodNotAllowed();
}

function rescale(
  { backend, resource, namespace, query }: ApiRequest,
  existing: KubernetesObject,
  scale: JsonObject,
) {
  const { spec, metadata } = scale;
  const { replicas = 0 } = isJsonObject(spec) ? spec : {};
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go ` +
        'struct field ScaleSpec.spec.replicas of type int32',
    );
  if (replicas < 0)
    throw invalid('Scale', 'autoscaling', existing.metadata.name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  const resourceVersion = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  return backend.registry.update(
    nameOf(resource),
    namespace,
    {
      ...existing,
      metadata: {
        ...existing.metadata,
        resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
      },
      spec: { ...(existing['spec'] as JsonObject), replicas },
    },
    'object',
    { dryRun: readDryRun(query.getAll('dryRun'), 'UpdateOptions') },
  );
}

function scaleOf(object: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas, selector } = object['spec'] as { replicas: number; selector: LabelSelector };
  const status = object['status'] as { replicas?: number } | undefined;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      uid,
      resourceVersion,
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: status?.replicas ?? 0, selector: formatLabelSelector(selector) },
  };
}
