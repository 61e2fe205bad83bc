import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';

/** A pod's address and the port on which it serves. */
export interface ReadyEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The ready endpoints in a service's slices for one of its ports, which is known by its name (empty for none). */
export function readyEndpoints(slices: readonly EndpointSlice[], portName: string): ReadyEndpoint[] {
  return slices.flatMap((slice) => {
    const port = slice.ports?.find(({ name = '' }) => name === portName)?.port;
    return port === undefined ? [] : readyAddresses(slice).map((address) => ({ address, port }));
  });
}

/** The addresses of a slice's ready endpoints. One that somebody is yet to fill has none, though its type says otherwise. */
export function readyAddresses({ endpoints = [] }: Partial<EndpointSlice>): string[] {
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses);
}
