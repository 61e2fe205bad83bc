import { noClaims, type ObjectIdentity, type TokenClaims } from './credentials.ts';
import { isJsonObject } from '../../../base/json.ts';

/**
 * Reads a service account token's claims, without checking its signature: they are only compared with what this process itself
 * wrote. A token that is no JWT, or a legacy one without the claim `kubernetes.io`, gives nulls.
 */
export function readTokenClaims(token: string): TokenClaims {
  const claims = payload(token)['kubernetes.io'];
  if (!isJsonObject(claims)) return noClaims;
  return {
    namespace: typeof claims['namespace'] === 'string' ? claims['namespace'] : null,
    pod: identity(claims['pod']),
    serviceAccount: identity(claims['serviceaccount']),
  };
}

function payload(token: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function identity(claim: unknown): ObjectIdentity | null {
  if (!isJsonObject(claim)) return null;
  const { name, uid } = claim;
  return typeof name === 'string' && typeof uid === 'string' ? { name, uid } : null;
}
