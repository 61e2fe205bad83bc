import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';

/** A pod's address and the port on which it serves. */
export interface ReadyEndpoint {
  readonly address: string;
  readonly port: number;
}

/** The ready endpoints in a service's slices for one of its ports, which is known by its name (empty for none). */
export function readyEndpoints(slices: readonly EndpointSlice[], portName: string): ReadyEndpoint[] {
  return slices.flatMap(({ endpoints, ports = [] }) => {
    const port = ports.find(({ name = '' }) => name === portName)?.port;
    if (port === undefined) return [];
    return endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((address) => ({ address, port })));
  });
}
