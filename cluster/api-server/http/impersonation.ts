import type { IncomingMessage } from 'node:http';
import type { Api } from '../api.ts';
import type { User } from '../authentication.ts';
import { authorize } from '../authorization.ts';
import type { ResourceAttributes } from '../authorization.ts';
import { internalFailure } from '../status.ts';

const userHeader = 'impersonate-user';
const groupHeader = 'impersonate-group';
const uidHeader = 'impersonate-uid';
const extraHeaders = 'impersonate-extra-';

/**
 * Who a request is made as, `kubectl --as`: the user that its headers name, where `user` may impersonate that one, else `user`.
 *
 * See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 * @throws ApiStatusError 403 where that is not allowed, 500 where the headers name no user
 */
export function impersonate(api: Api, user: User, { headersDistinct: headers }: IncomingMessage): User {
  const [name = ''] = headers[userHeader] ?? [];
  const [uid] = headers[uidHeader] ?? [];
  const groups = headers[groupHeader] ?? [];
  const extra = Object.fromEntries(
    Object.entries(headers).flatMap(([header, values = []]) =>
      header.startsWith(extraHeaders)
        ? [[decodeURIComponent(header.slice(extraHeaders.length)), values] as const]
        : [],
    ),
  );
  const hasMore = uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0;
  if (name === '' && hasMore)
    throw internalFailure(
      'Internal Server Error: requested groups, uid or extra without impersonating a user',
    );
  if (name === '') return user;
  const account = serviceAccountIn(name);
  const wanted = [
    account ?? named('users', name),
    ...groups.map((group) => named('groups', group)),
    ...(uid === undefined ? [] : [named('uids', uid, authentication)]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ ...named('userextras', value, authentication), subresource: key })),
    ),
  ];
  for (const attributes of wanted) authorize(api, user, attributes);
  return {
    name,
    groups: allGroups(name, groups, account?.namespace ?? null),
    ...(uid !== undefined && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

const authentication = 'authentication.k8s.io';

const named = (resource: string, name: string, group = ''): ResourceAttributes => ({
  verb: 'impersonate',
  group,
  resource,
  subresource: '',
  namespace: null,
  name,
});

function serviceAccountIn(name: string): ResourceAttributes | undefined {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  return account && namespace ? { ...named('serviceaccounts', account), namespace } : undefined;
}

/** Whoever is somebody is authenticated; a service account is in the groups of all, where none are named. */
function allGroups(name: string, groups: readonly string[], namespace: string | null): string[] {
  if (name === 'system:anonymous') return [...new Set([...groups, 'system:unauthenticated'])];
  const accounts =
    namespace === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return [...new Set([...(groups.length > 0 ? groups : accounts), 'system:authenticated'])];
}
