import type { Backend } from './api-request.ts';
import type { User } from '../authentication.ts';
import { isAllowed } from '../authorization.ts';
import type { Attributes } from '../authorization.ts';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import { badRequest } from '../status.ts';

/** Answers a SelfSubjectAccessReview, `kubectl auth can-i`: whether the user may do what it asks about. */
export function reviewOwnAccess({ registry }: Backend, user: User, sent: JsonObject): object {
  const spec = isJsonObject(sent['spec']) ? sent['spec'] : {};
  const allowed = isAllowed(registry, user, readAttributes(spec));
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed },
  };
}

/** Answers a SelfSubjectReview, `kubectl auth whoami`: who the server takes the user for. */
export const reviewSelf = (_: Backend, { name, ...user }: User): object => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: null },
  status: { userInfo: { username: name, ...user } },
});

function readAttributes({ resourceAttributes, nonResourceAttributes }: JsonObject): Attributes {
  if (isJsonObject(nonResourceAttributes))
    return { verb: text(nonResourceAttributes, 'verb'), path: text(nonResourceAttributes, 'path') };
  if (!isJsonObject(resourceAttributes))
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  return {
    verb: text(resourceAttributes, 'verb'),
    group: text(resourceAttributes, 'group'),
    resource: text(resourceAttributes, 'resource'),
    subresource: text(resourceAttributes, 'subresource'),
    namespace: text(resourceAttributes, 'namespace') || null,
    name: text(resourceAttributes, 'name'),
  };
}

function text(fields: JsonObject, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
