import { namespaceRules, type ElectionRightsArgs } from '../election/rights.ts';

/** Whose rights these are. */
export interface RightsArgs extends Omit<ElectionRightsArgs, 'scope' | 'leaderService'> {
  /** What the objects are called by. */
  readonly name: string;
  /** The namespace in which they are. */
  readonly namespace: string;
  /** Whether they say so themselves, or kubectl is told. */
  readonly namesNamespace: boolean;
  readonly serviceAccountName: string;
  /** Whether the ServiceAccount is one of them, rather than there already. */
  readonly makesServiceAccount: boolean;
}

/** A Kubernetes object, as far as it is looked at here. */
export interface RightsObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: object };
  readonly [field: string]: unknown;
}

const group = 'rbac.authorization.k8s.io';

/** By this label `inject` knows its own objects. */
export const ownLabels = { 'app.kubernetes.io/managed-by': 'k8s-leader-elector' };

/** The objects that give a workload's electors their rights, as `LeaderElection` makes them. */
export function rightsObjects(args: RightsArgs): RightsObject[] {
  const { name, namespace, lock, serviceAccountName, makesServiceAccount } = args;
  const metadata = (of: string) => ({
    name: of,
    ...(args.namesNamespace && { namespace }),
    labels: ownLabels,
  });
  const role = `${name}-${lock}`;
  return [
    ...(makesServiceAccount
      ? [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(serviceAccountName) }]
      : []),
    {
      apiVersion: `${group}/v1`,
      kind: 'Role',
      metadata: metadata(role),
      rules: namespaceRules({ ...args, scope: 'namespace', leaderService: null }),
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: metadata(role),
      roleRef: { apiGroup: group, kind: 'Role', name: role },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace }],
    },
  ];
}
