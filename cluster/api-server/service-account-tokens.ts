import { generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { ApiStatusError } from './api.ts';
import type { Api, KubernetesObject } from './api.ts';
import { timestamp } from './timestamp.ts';

const issuer = 'https://kubernetes.default.svc.cluster.local';
/** The audience of tokens for the API server itself. */
export const apiAudience = issuer;

interface ObjectReference {
  readonly name: string;
  readonly uid: string;
}

/** Claims of a token that belongs to a service account and, mostly, to one pod: those of real bound tokens. */
export interface ServiceAccountClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly nbf: number;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly node?: ObjectReference;
    readonly pod?: ObjectReference;
    readonly serviceaccount: ObjectReference;
  };
}

/** Whose token is asked for. */
export interface TokenSubject {
  readonly namespace: string;
  /** Name of the service account. */
  readonly serviceAccount: string;
  /** Name of the pod that the token ends with; none: the token lives as long as its account. */
  readonly pod?: string;
  /** Whom the token is for; the API server unless said otherwise. */
  readonly audiences?: readonly string[];
}

/** A token, and when it ends. */
export interface IssuedToken {
  readonly token: string;
  /** In RFC 3339. */
  readonly expirationTimestamp: string;
}

// A pod's containers may still use its token while they end.
const deletionLeewayMs = 60_000;

/** Issues the tokens of service accounts, and tells which tokens are its own and still count. */
export class ServiceAccountTokens {
  readonly #api: Api;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(api: Api) {
    this.#api = api;
  }

  /** @throws ApiStatusError 404 where the account or the pod does not exist. */
  issue(subject: TokenSubject, lifetimeSeconds: number): IssuedToken {
    const { namespace, serviceAccount, audiences = [apiAudience] } = subject;
    const account = this.#api.get({ group: '', resource: 'serviceaccounts' }, namespace, serviceAccount);
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiry = issuedAt + lifetimeSeconds;
    const claims: ServiceAccountClaims = {
      aud: audiences,
      exp: expiry,
      iat: issuedAt,
      iss: issuer,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(subject.pod !== undefined && this.#podClaims(namespace, subject.pod)),
        serviceaccount: referenceTo(account),
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
    };
    return { token: this.#encode(claims), expirationTimestamp: timestamp(expiry * 1000) };
  }

  /** The claims of a token for the API server; null where it is none, has expired, or what it belongs to is gone. */
  verify(token: string): ServiceAccountClaims | null {
    const claims = this.#decode(token);
    if (!claims?.aud.includes(apiAudience)) return null;
    const seconds = Date.now() / 1000;
    if (claims.exp <= seconds || claims.nbf > seconds + 1) return null;
    const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
    const lives =
      this.#exists('serviceaccounts', namespace, serviceaccount) &&
      (pod === undefined || this.#exists('pods', namespace, pod));
    return lives ? claims : null;
  }

  #podClaims(namespace: string, name: string) {
    const pod = this.#api.get({ group: '', resource: 'pods' }, namespace, name);
    const { nodeName } = pod['spec'] as { nodeName?: string };
    return { ...this.#nodeClaim(nodeName), pod: referenceTo(pod) };
  }

  #nodeClaim(name: string | undefined) {
    const nodes = this.#api.list({ group: '', resource: 'nodes' }, { namespace: null }).items;
    const node = nodes.find(({ metadata }) => metadata.name === name);
    return node && { node: referenceTo(node) };
  }

  #exists(resource: string, namespace: string, { name, uid }: ObjectReference): boolean {
    try {
      const { metadata } = this.#api.get({ group: '', resource }, namespace, name);
      const deletion = metadata.deletionTimestamp;
      return metadata.uid === uid && !(deletion && Date.parse(deletion) + deletionLeewayMs < Date.now());
    } catch (error) {
      if (error instanceof ApiStatusError) return false;
      throw error;
    }
  }

  #encode(claims: ServiceAccountClaims): string {
    const signed = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`;
    const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  #decode(token: string): ServiceAccountClaims | null {
    const [header, payload, signature, ...rest] = token.split('.');
    if (!header || !payload || !signature || rest.length > 0) return null;
    const key = { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' as const };
    const genuine = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    // What carries this issuer's signature was encoded above.
    return genuine
      ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as ServiceAccountClaims)
      : null;
  }
}

const referenceTo = ({ metadata: { name, uid } }: KubernetesObject): ObjectReference => ({ name, uid });

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
