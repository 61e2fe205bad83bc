import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import { unauthorized } from './status.ts';

/** Who makes a request. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

const administrator: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/**
 * Reads an `Authorization` header: the administrator's token, or a service account's; none is anonymous.
 * @throws ApiStatusError 401 where the header holds no token that counts.
 */
export function authenticate(
  header: string | undefined,
  adminToken: string,
  serviceAccountTokens: ServiceAccountTokens,
): User {
  if (header === undefined) return anonymous;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthorized();
  if (equal(token, adminToken)) return administrator;
  const claims = serviceAccountTokens.verify(token);
  if (!claims) throw unauthorized();
  const { namespace } = claims['kubernetes.io'];
  return {
    name: claims.sub,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

// Digests have one length, and comparing them tells nothing about where two tokens differ.
const digest = (text: string) => createHash('sha256').update(text).digest();
const equal = (left: string, right: string) => timingSafeEqual(digest(left), digest(right));
