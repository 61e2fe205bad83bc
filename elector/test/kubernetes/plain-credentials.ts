import { noClaims, type Credentials } from '../../src/kubernetes/credentials.ts';

/** The credentials of somebody who has nothing to show, but for what `differing` says. */
export function plainCredentials(server: string, differing: Partial<Credentials> = {}): Credentials {
  const authorize = () => Promise.resolve({ headers: {}, tls: {} });
  return { server, namespace: null, claims: noClaims, authorize, rejected: () => undefined, ...differing };
}
