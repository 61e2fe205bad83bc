import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { LockKind } from '../base/lock-kinds.ts';
import { electionRules, type Scope } from './election-rights.ts';

/** Which election may be taken part in. */
export interface LeaderElectionArgs {
  /** The namespace of the lock and of the pods. */
  readonly namespace: pulumi.Input<string>;
  /** The name of the object that holds the lock. */
  readonly election: string;
  /** The kind of object that holds the lock. */
  readonly lock: LockKind;
  /** Whether a Role or a ClusterRole has the rights. */
  readonly scope: Scope;
}

/** The right to take part in one election: a ServiceAccount, and a role that lets it use the election's lock. */
export class LeaderElection extends pulumi.ComponentResource {
  /** The ServiceAccount's name, known once it has its role: a pod that uses it is never refused. */
  readonly serviceAccountName: pulumi.Output<string>;

  constructor(name: string, args: LeaderElectionArgs, opts?: pulumi.ComponentResourceOptions) {
    // What it was called before: the objects of a stack from then stay.
    const aliases = [{ type: 'leader-election:index:Election' }];
    super('leader-election:index:LeaderElection', name, {}, pulumi.mergeOptions(opts, { aliases }));

    const { namespace } = args;
    const account = new k8s.core.v1.ServiceAccount(name, { metadata: { name, namespace } }, { parent: this });
    const subject = { kind: 'ServiceAccount', name: account.metadata.name, namespace };
    const binding =
      args.scope === 'cluster'
        ? this.#bindClusterRole(name, args, subject)
        : this.#bindRole(name, args, subject);

    this.serviceAccountName = pulumi
      .all([account.metadata.name, binding.id])
      .apply(([accountName]) => accountName);
    this.registerOutputs({ serviceAccountName: this.serviceAccountName });
  }

  /**
   * Named after the lock too, so that a move to another lock makes another role. Pulumi removes the former one last, when no pod
   * needs it any more.
   */
  #bindRole(name: string, args: LeaderElectionArgs, subject: Subject): pulumi.CustomResource {
    const metadata = { name: `${name}-${args.lock}`, namespace: args.namespace };
    const role = new k8s.rbac.v1.Role(name, { metadata, rules: electionRules(args) }, { parent: this });
    const roleRef = { apiGroup, kind: 'Role', name: role.metadata.name };
    return new k8s.rbac.v1.RoleBinding(name, { metadata, roleRef, subjects: [subject] }, { parent: this });
  }

  /** Another installation, in another namespace, has objects of its own. */
  #bindClusterRole(name: string, args: LeaderElectionArgs, subject: Subject): pulumi.CustomResource {
    const metadata = {
      name: pulumi.output(args.namespace).apply((of) => (of === 'default' ? name : `${name}-${of}`)),
    };
    const role = new k8s.rbac.v1.ClusterRole(
      name,
      { metadata, rules: electionRules(args) },
      { parent: this },
    );
    const roleRef = { apiGroup, kind: 'ClusterRole', name: role.metadata.name };
    return new k8s.rbac.v1.ClusterRoleBinding(
      name,
      { metadata, roleRef, subjects: [subject] },
      { parent: this },
    );
  }
}

type Subject = k8s.types.input.rbac.v1.Subject;

const apiGroup = 'rbac.authorization.k8s.io';
