import { connectLock } from '../kubernetes/lock-connection.ts';
import { EndpointsLock } from '../kubernetes/endpoints-lock.ts';
import { LeaseLock } from '../kubernetes/lease-lock.ts';
import { loadCredentials } from '../kubernetes/load-credentials.ts';
import type { OptionTable, OptionValues } from '../../../base/options.ts';
import { dnsLabel, dnsSubdomain, oneOf } from '../../../base/rules.ts';
import type { ResourceLock } from '../election/resource-lock.ts';

/** The options that say which election is meant. */
export const electionOptions = {
  election: {
    form: '--election NAME',
    description: 'the name of the election and of its lock',
    rule: dnsSubdomain,
  },
  electionNamespace: {
    form: '--election-namespace NAMESPACE',
    description: 'where the lock is',
    rule: dnsLabel,
    default: null,
    defaultInWords: "the kubeconfig context's, or the pod's own",
  },
  lock: {
    form: '--lock KIND',
    description: "the lock's kind, leases or endpoints",
    rule: oneOf(['leases', 'endpoints']),
    default: 'leases',
  },
} as const satisfies OptionTable;

/** A lock that has been connected. */
export interface OpenLock {
  readonly lock: ResourceLock;
  /** Closes the connection. */
  readonly close: () => void;
}

/**
 * Connects to the lock of an election, with the credentials that kubectl would use, or the pod's own.
 * @throws Error that says what is missing
 */
export async function openLock(
  { election, electionNamespace, lock: kind }: OptionValues<typeof electionOptions>,
  requestTimeoutMs: number,
): Promise<OpenLock> {
  const credentials = await loadCredentials(false);
  const connection = connectLock(credentials, requestTimeoutMs, electionNamespace ?? undefined);
  const options = { ...connection, name: election };
  const lock = kind === 'leases' ? new LeaseLock(options) : new EndpointsLock(options);
  return { lock, close: () => connection.client.close() };
}
