import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Looks one name up as Node.js does, but once at a time: whoever asks meanwhile gets the same answer. Each look-up keeps one of the process's
 * four threads for as long as a DNS server is silent, whoever has given up waiting for it; and `localhost` needs one too.
 */
export function oneLookup(resolve: Resolve = (hostname) => lookup(hostname, { all: true })): LookupFunction {
  let pending: Promise<LookupAddress[]> | null = null;
  return (hostname, { all = false }, callback) => {
    pending ??= resolve(hostname).finally(() => (pending = null));
    pending.then(
      (addresses) => {
        const [{ address, family } = { address: '', family: 0 }] = addresses;
        if (all) callback(null, addresses);
        else callback(null, address, family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ''),
    );
  };
}
