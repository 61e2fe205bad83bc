import type { ObjectFieldSelector, Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../client/resource-client.ts';

/** The node's address, as pods see it in `status.hostIP`. */
export const hostIP = '127.0.0.1';

/**
 * The value that a `fieldRef` names.
 * @throws Error for a field that the downward API does not have
 */
export function fieldValue(pod: Stored<Pod>, podIP: string, { fieldPath }: ObjectFieldSelector): string {
  const { metadata, spec } = pod;
  const values: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'metadata.labels': asLines(metadata.labels),
    'metadata.annotations': asLines(metadata.annotations),
    'spec.nodeName': spec?.nodeName,
    'spec.serviceAccountName': spec?.serviceAccountName,
    'status.hostIP': hostIP,
    'status.hostIPs': hostIP,
    'status.podIP': podIP,
    'status.podIPs': podIP,
  };
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (keyed) return (keyed[1] === 'labels' ? metadata.labels : metadata.annotations)?.[keyed[2] ?? ''] ?? '';
  const value = values[fieldPath];
  if (value === undefined) throw new Error(`unsupported fieldPath: ${fieldPath}`);
  return value;
}

function asLines(values: Record<string, string> = {}): string {
  return Object.entries(values)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('\n');
}
