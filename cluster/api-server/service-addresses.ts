import type { Service } from 'kubernetes-types/core/v1.js';
import { randomInt } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Api } from './api.ts';
import { invalidValue } from './field-error.ts';
import type { FieldError } from './field-error.ts';

/** The cluster IP of the API server's own Service, the first of the range. No other Service is given one of 10.96.0.0/24. */
export const kubernetesServiceIP = '10.96.0.1';

const nodePorts = { first: 30000, last: 32767 };

/**
 * Gives a service the cluster IP and the node ports it lacks, and refuses those that another service has.
 * Changes `service`. Returns what is wrong with those it asks for.
 */
export function allocateAddresses(service: Service, api: Api): FieldError[] {
  const others = (
    api.list({ group: '', resource: 'services' }, { namespace: null }).items as unknown[] as Service[]
  ).filter((other) => other.metadata?.uid !== service.metadata?.uid);
  return [...allocateClusterIp(service, others), ...allocateNodePorts(service, others)];
}

/** Keeps the addresses of `existing` where a replacement leaves them out. Changes `service`. */
export function keepAddresses(service: Service, existing: Service): void {
  const { spec = {} } = service;
  const { clusterIP, clusterIPs, ports = [] } = existing.spec ?? {};
  if (spec.type === 'ExternalName') return;
  if (!spec.clusterIP && clusterIP) spec.clusterIP = clusterIP;
  if (!spec.clusterIPs && clusterIPs) spec.clusterIPs = clusterIPs;
  if (!takesNodePorts(service)) return;
  for (const port of spec.ports ?? []) {
    const before = ports.find((other) => other.port === port.port && other.protocol === port.protocol);
    if (!port.nodePort && before?.nodePort) port.nodePort = before.nodePort;
  }
}

const takesNodePorts = ({ spec }: Service) => spec?.type === 'NodePort' || spec?.type === 'LoadBalancer';

function allocateClusterIp({ spec = {} }: Service, others: readonly Service[]): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const taken = new Set(others.map((other) => other.spec?.clusterIP));
  const wanted = spec.clusterIP ?? spec.clusterIPs?.[0];
  if (wanted && wanted !== 'None') {
    if (!isIPv4(wanted))
      return [
        invalidValue(
          'spec.clusterIPs[0]',
          wanted,
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
      ];
    if (taken.has(wanted))
      return [
        invalidValue(
          'spec.clusterIPs',
          [wanted],
          `failed to allocate IP ${wanted}: provided IP is already allocated`,
        ),
      ];
    if (!wanted.startsWith('10.96.'))
      return [
        invalidValue(
          'spec.clusterIPs',
          [wanted],
          `failed to allocate IP ${wanted}: the provided IP (${wanted}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`,
        ),
      ];
  }
  spec.clusterIP = wanted ?? freeOne(() => `10.96.${randomInt(1, 256)}.${randomInt(1, 255)}`, taken);
  spec.clusterIPs = [spec.clusterIP];
  return [];
}

function allocateNodePorts(service: Service, others: readonly Service[]): FieldError[] {
  if (!takesNodePorts(service)) return [];
  const taken = new Set(others.flatMap(({ spec }) => spec?.ports ?? []).map(({ nodePort }) => nodePort));
  return (service.spec?.ports ?? []).flatMap((port, index) => {
    const field = `spec.ports[${index}].nodePort`;
    const asked = port.nodePort || undefined;
    if (asked !== undefined && taken.has(asked))
      return [invalidValue(field, asked, 'provided port is already allocated')];
    if (asked !== undefined && (asked < nodePorts.first || asked > nodePorts.last))
      return [
        invalidValue(
          field,
          asked,
          `provided port is not in the valid range. The range of valid ports is ${nodePorts.first}-${nodePorts.last}`,
        ),
      ];
    port.nodePort = asked ?? freeOne(() => randomInt(nodePorts.first, nodePorts.last + 1), taken);
    taken.add(port.nodePort);
    return [];
  });
}

function freeOne<T>(candidate: () => T, taken: ReadonlySet<T | undefined>): T {
  let found = candidate();
  while (taken.has(found)) found = candidate();
  return found;
}
