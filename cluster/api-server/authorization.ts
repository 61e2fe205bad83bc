import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RoleBinding,
  Subject,
} from 'kubernetes-types/rbac/v1.js';
import type { User } from './authentication.ts';
import type { Api, KubernetesObject } from './api.ts';
import { forbidden, forbiddenPath } from './status.ts';

/** A request for a resource, as RBAC rules see it. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `''` where there is none. */
  readonly subresource: string;
  /** null: of all namespaces, or of a resource that has none. */
  readonly namespace: string | null;
  /** The object's name, or the one that a list's or watch's fieldSelector allows; `''`: any. */
  readonly name: string;
}

/** A request for a path that is no resource, `/version`. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

const group = 'rbac.authorization.k8s.io';

/** Whether the roles that are bound to `user` at this moment allow the request. */
export function isAllowed(api: Api, user: User, attributes: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  const namespace = 'path' in attributes ? null : attributes.namespace;
  return rulesIn(api, user, namespace).some((rule) => ruleAllows(rule, attributes));
}

/** @throws ApiStatusError 403 where no rule allows the request. */
export function authorize(api: Api, user: User, attributes: Attributes): void {
  if (isAllowed(api, user, attributes)) return;
  const who = `User "${user.name}" cannot ${attributes.verb}`;
  if ('path' in attributes) throw forbiddenPath(attributes.path, who);
  const { resource, subresource, namespace, name } = attributes;
  const scope = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  throw forbidden(
    { group: attributes.group, resource },
    name,
    `${who} resource "${what}" in API group "${attributes.group}" ${scope}`,
  );
}

/** The rules of the roles that are bound to `user` at this moment: everywhere, and in `namespace` unless that is null. */
export function rulesIn(api: Api, user: User, namespace: string | null): PolicyRule[] {
  const everywhere = bindings<ClusterRoleBinding>(api, 'clusterrolebindings', null);
  const here = namespace === null ? [] : bindings<RoleBinding>(api, 'rolebindings', namespace);
  return [...everywhere, ...here]
    .filter(({ subjects = [], metadata }) =>
      subjects.some((subject) => isSubject(subject, user, metadata?.namespace ?? '')),
    )
    .flatMap(({ roleRef, metadata }) => rulesOf(api, roleRef, metadata?.namespace ?? null));
}

function bindings<T>(api: Api, resource: string, namespace: string | null): T[] {
  return typed<T>(api.list({ group, resource }, { namespace }).items);
}

// The registry keeps no object that its resource's definition does not accept.
const typed = <T>(objects: readonly KubernetesObject[]) => objects as readonly unknown[] as T[];

function rulesOf(api: Api, roleRef: { kind: string; name: string }, namespace: string | null): PolicyRule[] {
  const [resource, where] = roleRef.kind === 'Role' ? ['roles', namespace] : ['clusterroles', null];
  const found = typed<ClusterRole>(api.list({ group, resource }, { namespace: where }).items);
  return found.find(({ metadata }) => metadata?.name === roleRef.name)?.rules ?? [];
}

function isSubject(subject: Subject, user: User, bindingNamespace: string): boolean {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace ?? bindingNamespace}:${subject.name}`;
}

function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!includes(rule.verbs, attributes.verb)) return false;
  if ('path' in attributes)
    return (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, attributes.path));
  const { resource, subresource, name } = attributes;
  const { resourceNames = [] } = rule;
  return (
    includes(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources ?? [], resource, subresource) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

const includes = (list: readonly string[] = [], wanted: string) =>
  list.includes('*') || list.includes(wanted);

function resourceMatches(list: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === '') return includes(list, resource);
  return ['*', `${resource}/${subresource}`, `*/${subresource}`].some((entry) => list.includes(entry));
}

const pathMatches = (url: string, path: string) =>
  url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));
