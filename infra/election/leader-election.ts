import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { LeaderService, leaderServiceName } from './leader-service.ts';
import type { PodTemplate } from './pod-template.ts';
import { clusterRules, namespaceRules, type ElectionRightsArgs } from './rights.ts';
import { attachElector, type SidecarArgs } from './sidecar.ts';

/** An election for the pods of one workload. What is left out has the default that is named. */
export interface LeaderElectionArgs {
  /** The namespace of the lock and of the pods. */
  readonly namespace: pulumi.Input<string>;
  /** The elector's image. */
  readonly image: SidecarArgs['image'];
  /** `IfNotPresent`. */
  readonly imagePullPolicy?: SidecarArgs['imagePullPolicy'];
  /** The name of the object that holds the lock: the component's. */
  readonly election?: string;
  /** The kind of object that holds the lock: `leases`. */
  readonly lock?: SidecarArgs['lock'];
  /** How long a leader that went silent keeps the lock, in seconds: 10. */
  readonly ttlSeconds?: number;
  /** A pod stands for election only while this URL of its answers 2xx, such as `http://localhost:8080/healthz`. Always. */
  readonly appHealthUrl?: string;
  /** What gives the electors their rights, a Role or a ClusterRole: `namespace`, a Role. */
  readonly scope?: ElectionRightsArgs['scope'];
  /** Whether a leader that hands over names its successor among the workload's pods, which takes the right to list pods: `true`. */
  readonly successor?: boolean;
  /** Labels that all of those pods have, old and new: the labels of the pod template. */
  readonly podSelector?: Readonly<Record<string, string>>;
  /**
   * The port of the pods at which the leader alone serves: a Service `NAME-leader` leads there. A pod that does not lead has to refuse what
   * reaches that port (docs/safety.md, "The leader's Service"). Without it there is no such Service.
   */
  readonly leaderPort?: number | null;
  /** Whether the elector is a native sidecar; `false` for clusters before Kubernetes 1.29: `true`. */
  readonly nativeSidecar?: boolean;
}

/**
 * An election that pods can take part in: a ServiceAccount with the right to it, and an elector for the pod template of a Deployment,
 * StatefulSet or DaemonSet.
 */
export class LeaderElection extends pulumi.ComponentResource {
  /** The ServiceAccount's name, known once it has its role, and all that this is about: a pod that uses it is never refused. */
  readonly serviceAccountName: pulumi.Output<string>;
  readonly #name: string;
  readonly #sidecar: Omit<SidecarArgs, 'podSelector'>;
  /** null: no successor is named; undefined: by the labels of the pod template. */
  readonly #podSelector: LeaderElectionArgs['podSelector'] | null;

  constructor(name: string, args: LeaderElectionArgs, opts?: pulumi.ComponentResourceOptions) {
    // What it was called before: the objects of a stack from then stay.
    const aliases = [{ type: 'leader-election:index:Election' }];
    super('leader-election:index:LeaderElection', name, {}, pulumi.mergeOptions(opts, { aliases }));
    this.#name = name;

    const { namespace, election = name, lock = 'leases', scope = 'namespace', successor = true } = args;
    const { leaderPort = null } = args;
    const leaderService = leaderPort === null ? null : leaderServiceName(name);
    const account = new k8s.core.v1.ServiceAccount(name, { metadata: { name, namespace } }, { parent: this });
    const subject = { kind: 'ServiceAccount', name: account.metadata.name, namespace };
    const rights = { election, lock, scope, successor, leaderService };
    const needed: pulumi.Output<string>[] = [
      this.#bindRole(namespace, rights, subject).id,
      ...(scope === 'cluster' ? [this.#bindClusterRole(namespace, rights, subject).id] : []),
    ];
    if (leaderPort !== null && leaderService !== null) {
      const service = new LeaderService(
        leaderService,
        { namespace, targetPort: leaderPort },
        { parent: this },
      );
      needed.push(service.name);
    }

    this.serviceAccountName = pulumi
      .all([account.metadata.name, pulumi.all(needed)])
      .apply(([accountName]) => accountName);
    this.#podSelector = successor ? args.podSelector : null;
    this.#sidecar = {
      image: args.image,
      imagePullPolicy: args.imagePullPolicy ?? 'IfNotPresent',
      serviceAccountName: this.serviceAccountName,
      election,
      lock,
      ttlSeconds: args.ttlSeconds ?? 10,
      appHealthUrl: args.appHealthUrl ?? null,
      leaderService,
      nativeSidecar: args.nativeSidecar ?? true,
    };
    this.registerOutputs({ serviceAccountName: this.serviceAccountName });
  }

  /**
   * The pod template with an elector in it that takes part in this election, as `attachElector` makes it. Its pods use this component's
   * ServiceAccount.
   * @throws pulumi.RunError that says what of the template is in the elector's way
   */
  attachTo(template: PodTemplate): PodTemplate {
    const podSelector =
      this.#podSelector === undefined ? (template.metadata?.labels ?? null) : this.#podSelector;
    const attached = attachElector(template, { ...this.#sidecar, podSelector });
    if ('template' in attached) return attached.template;
    throw new pulumi.RunError(
      `no elector fits into the pod of "${this.#name}": ${attached.obstacles.join('; ')}`,
    );
  }

  /**
   * Named after the lock too, so that a move to another lock makes another role. Pulumi removes the former one last, when no pod
   * needs it any more.
   */
  #bindRole(
    namespace: pulumi.Input<string>,
    rights: ElectionRightsArgs,
    subject: Subject,
  ): pulumi.CustomResource {
    const metadata = { name: `${this.#name}-${rights.lock}`, namespace };
    const role = new k8s.rbac.v1.Role(
      this.#name,
      { metadata, rules: namespaceRules(rights) },
      { parent: this },
    );
    const roleRef = { apiGroup, kind: 'Role', name: role.metadata.name };
    return new k8s.rbac.v1.RoleBinding(
      this.#name,
      { metadata, roleRef, subjects: [subject] },
      { parent: this },
    );
  }

  /** Another installation, in another namespace, has objects of its own. */
  #bindClusterRole(
    namespace: pulumi.Input<string>,
    rights: ElectionRightsArgs,
    subject: Subject,
  ): pulumi.CustomResource {
    const name = this.#name;
    const metadata = {
      name: pulumi.output(namespace).apply((of) => (of === 'default' ? name : `${name}-${of}`)),
    };
    const role = new k8s.rbac.v1.ClusterRole(
      name,
      { metadata, rules: clusterRules(rights) },
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
