import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { electorName } from './names.ts';

/** Which election may be taken part in. */
export interface ElectionArgs {
  /** The namespace of the lock and of the ServiceAccount. */
  readonly namespace: string;
  /** The name of the object that holds the lock. */
  readonly election: string;
}

/** The right to take part in one election: a ServiceAccount, and a role that lets it use the election's lock. */
export class Election extends pulumi.ComponentResource {
  /** The ServiceAccount's name, known once it has its role: a pod that uses it is never refused. */
  readonly serviceAccountName: pulumi.Output<string>;

  constructor(name: string, args: ElectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super('leader-election:index:Election', name, {}, opts);

    const account = new k8s.core.v1.ServiceAccount(
      name,
      { metadata: { name: electorName, namespace: args.namespace } },
      { parent: this },
    );
    const role = new k8s.rbac.v1.ClusterRole(
      name,
      { metadata: { name: electorName }, rules: lockRules(args.election) },
      { parent: this },
    );
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      name,
      {
        metadata: { name: electorName },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: account.metadata.name, namespace: args.namespace }],
      },
      { parent: this },
    );

    this.serviceAccountName = pulumi
      .all([account.metadata.name, binding.id])
      .apply(([accountName]) => accountName);
    this.registerOutputs({ serviceAccountName: this.serviceAccountName });
  }
}

/** Both kinds of lock, whichever is in use, so that a running election can move from one to the other. */
function lockRules(election: string): k8s.types.input.rbac.v1.PolicyRule[] {
  const kinds = [
    { apiGroups: [''], resources: ['endpoints'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'] },
  ];
  return kinds.flatMap((kind) => [
    // An object that is yet to be created has no name that a rule could be limited to.
    { ...kind, verbs: ['create'] },
    { ...kind, resourceNames: [election], verbs: ['get', 'delete', 'patch', 'update', 'list', 'watch'] },
  ]);
}
