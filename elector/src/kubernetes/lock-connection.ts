import type { Credentials, ObjectIdentity } from './credentials.ts';
import { KubeClient } from './kube-client.ts';

/** A lock's place in a cluster, and the way there. */
export interface LockConnection {
  readonly client: KubeClient;
  readonly namespace: string;
  /** The ServiceAccount, of that namespace, with which the lock is to be removed; null for none. */
  readonly owner: ObjectIdentity | null;
}

/** A connection with these credentials: to `namespace`, or to the credentials' own, or to "default". */
export function connectLock(
  credentials: Credentials,
  requestTimeoutMs: number,
  namespace: string = credentials.namespace ?? 'default',
): LockConnection {
  const { claims } = credentials;
  // An owner in another namespace counts as absent, and the lock would be deleted.
  const owner = claims.namespace === namespace ? claims.serviceAccount : null;
  return { client: new KubeClient({ credentials, requestTimeoutMs }), namespace, owner };
}
