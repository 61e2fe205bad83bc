import { kindsOf, type LockKind } from '../../base/lock-kinds.ts';

/** How far a role reaches: as a ClusterRole, in every namespace; as a Role, in its own. */
export const scopes = ['cluster', 'namespace'] as const;
export type Scope = (typeof scopes)[number];

/** Which election an elector is to have the rights for. */
export interface ElectionRightsArgs {
  /** The name of the object that holds the lock. */
  readonly election: string;
  /** The kind of object that holds the lock. */
  readonly lock: LockKind;
  readonly scope: Scope;
  /** Whether a leader that hands over looks for its successor among the pods. */
  readonly successor: boolean;
  /** The Service, and the EndpointSlice of its name, that lead to the leader; null: there are none. */
  readonly leaderService: string | null;
}

/** A rule of a role, as RBAC has it. */
export interface PolicyRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

const endpoints = { apiGroups: [''], resources: ['endpoints'] };
const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };

/** What an elector may do in every namespace. */
export function clusterRules(args: ElectionRightsArgs): PolicyRule[] {
  return args.scope === 'cluster' ? lockRules(args) : [];
}

/** What an elector may do in its own namespace: one entry for each of its tasks. */
export function namespaceRules(args: ElectionRightsArgs): PolicyRule[] {
  return [
    ...(args.scope === 'namespace' ? lockRules(args) : []),
    // Who leads, and why no more, is told by Events of the lock.
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
    ...(args.successor ? [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] : []),
    ...(args.leaderService === null ? [] : leaderSliceRules(args.leaderService)),
  ];
}

/** The slice is there already, so it can be limited to its name. OpenShift asks for a right of its own to write pods' addresses. */
function leaderSliceRules(name: string): PolicyRule[] {
  const apiGroups = ['discovery.k8s.io'];
  const resourceNames = [name];
  return [
    { apiGroups, resources: ['endpointslices'], resourceNames, verbs: ['get', 'update'] },
    { apiGroups, resources: ['endpointslices/restricted'], resourceNames, verbs: ['create'] },
  ];
}

/**
 * A ClusterRole allows the verbs that the original example's readers look for, and both kinds of lock. A Role allows what the lock
 * takes and no more, so that an administrator of one namespace may grant it: nobody can grant what they do not have (Kubernetes, "Using RBAC
 * Authorization", privilege escalation prevention), and most do not have the right to write Endpoints.
 */
function lockRules({ election, lock, scope }: ElectionRightsArgs): PolicyRule[] {
  if (scope === 'cluster')
    return [
      ...use(endpoints, election, ['get', 'delete', 'patch', 'update', 'watch']),
      ...use(leases, election),
    ];
  const used = kindsOf(lock).split(',');
  return [endpoints, leases].flatMap((kind) =>
    kind.resources.some((resource) => used.includes(resource)) ? use(kind, election) : look(kind, election),
  );
}

type Kind = Pick<PolicyRule, 'apiGroups' | 'resources'>;

function use(kind: Kind, name: string, verbs = ['get', 'update', 'watch']): PolicyRule[] {
  // An object that is yet to be created has no name that a rule could be limited to.
  return [
    { ...kind, verbs: ['create'] },
    { ...kind, resourceNames: [name], verbs },
  ];
}

/** Whoever uses one kind of lock makes sure that nobody leads by the other. */
function look(kind: Kind, name: string): PolicyRule[] {
  return [{ ...kind, resourceNames: [name], verbs: ['get'] }];
}
