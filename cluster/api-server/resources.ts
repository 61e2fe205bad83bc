import type { ResourceName } from './api.ts';
import type { Resource } from './resource.ts';
import { configMaps } from './resources/configmaps.ts';
import { deployments } from './resources/deployments.ts';
import { endpoints } from './resources/endpoints.ts';
import { endpointSlices } from './resources/endpointslices.ts';
import { events } from './resources/events.ts';
import { leases } from './resources/leases.ts';
import { namespaces } from './resources/namespaces.ts';
import { networkPolicies } from './resources/networkpolicies.ts';
import { nodes } from './resources/nodes.ts';
import { podDisruptionBudgets } from './resources/poddisruptionbudgets.ts';
import { pods } from './resources/pods.ts';
import { replicaSets } from './resources/replicasets.ts';
import { clusterRoleBindings, roleBindings } from './resources/role-bindings.ts';
import { clusterRoles, roles } from './resources/roles.ts';
import { secrets } from './resources/secrets.ts';
import { serviceAccounts } from './resources/serviceaccounts.ts';
import { services } from './resources/services.ts';
import { unknownResource } from './status.ts';

/** Everything that the API serves as objects. */
export const resources: readonly Resource[] = [
  configMaps,
  endpoints,
  events,
  namespaces,
  nodes,
  pods,
  secrets,
  serviceAccounts,
  services,
  deployments,
  replicaSets,
  leases,
  endpointSlices,
  podDisruptionBudgets,
  networkPolicies,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
];

/** The table's line for a resource. @throws ApiStatusError 404 where there is none. */
export function findResource({ group, resource }: ResourceName): Resource {
  const found = resources.find((candidate) => candidate.group === group && candidate.plural === resource);
  if (!found) throw unknownResource();
  return found;
}
