import type { ConnectionOptions } from 'node:tls';
import { inTime, systemClock, type Clock } from '../../../base/clock.ts';

/** What one request carries so that the API server knows the caller, and the caller the server. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: Pick<
    ConnectionOptions,
    'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
  >;
}

/** Where the API server is, and who we are to it. */
export interface Credentials {
  /** The server's URL, without a slash at its end. */
  readonly server: string;
  /** The proxy on the way there, of http or https. Default: there is none. */
  readonly proxy?: URL | null;
  /** The namespace these credentials belong to: the pod's own, or the kubeconfig context's; null where none is named. */
  readonly namespace: string | null;
  /** What the service account token says about its pod; all null where it does not. */
  readonly claims: TokenClaims;
  /** For one request. Rejects with an error that names what is missing or failed. */
  authorize(): Promise<Authorization>;
  /** The server did not accept this authorization (401): another one is made for the next request, where it can be. */
  rejected(authorization: Authorization): void;
  /** Nothing is renewed any more. Credentials that renew nothing by themselves have no `close`. */
  close?(): void;
}

/** What a bound service account token says about itself (its claim `kubernetes.io`). */
export interface TokenClaims {
  readonly namespace: string | null;
  readonly pod: ObjectIdentity | null;
  readonly serviceAccount: ObjectIdentity | null;
}

export interface ObjectIdentity {
  readonly name: string;
  readonly uid: string;
}

export const noClaims: TokenClaims = { namespace: null, pod: null, serviceAccount: null };

const longestKeptMs = 60_000;
const tooLate = `no credentials within ${longestKeptMs / 1000} s`;

/**
 * Keeps an authorization for a minute, as client-go does with a token file: tokens rotate well before they end. Callers that come
 * while one is being made share it; a failure is not kept. One that is not made within that minute has failed.
 */
export class AuthorizationCache {
  readonly #make: () => Promise<Authorization>;
  readonly #clock: Clock;
  #kept: { readonly authorization: Promise<Authorization>; readonly since: number } | null = null;

  constructor(make: () => Promise<Authorization>, clock: Clock = systemClock) {
    this.#make = make;
    this.#clock = clock;
  }

  get(): Promise<Authorization> {
    if (this.#kept !== null && this.#clock.monotonic() - this.#kept.since < longestKeptMs) {
      return this.#kept.authorization;
    }
    const kept = {
      authorization: inTime(this.#clock, longestKeptMs, this.#make(), tooLate),
      since: this.#clock.monotonic(),
    };
    this.#kept = kept;
    kept.authorization.catch(() => {
      if (this.#kept === kept) this.#kept = null;
    });
    return kept.authorization;
  }

  forget(): void {
    this.#kept = null;
  }
}
