import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { LeaderElection } from './election/leader-election.ts';
import { appPort, electorName, labels, leaderPort, serviceName } from './names.ts';
import { podTemplate } from './pod.ts';
import type { PodArgs } from './pod.ts';

/** The app, how often it runs and where it is served. */
export interface WebAppArgs extends PodArgs {
  readonly namespace: pulumi.Input<string>;
  /** What its pods take part in. */
  readonly election: LeaderElection;
  /** How many pods run. */
  readonly replicas: number;
  /** Whether the pods let others in to the app alone. */
  readonly networkPolicy: boolean;
  /** The port on every node; 0 lets the cluster choose. */
  readonly nodePort: number;
}

/** The page that shows who leads: pods of app and elector, and the Service in front of them. */
export class WebApp extends pulumi.ComponentResource {
  /** The port of the page on every node. */
  readonly nodePort: pulumi.Output<number>;

  constructor(name: string, args: WebAppArgs, opts?: pulumi.ComponentResourceOptions) {
    super('leader-election:index:WebApp', name, {}, opts);

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name: electorName, namespace: args.namespace, labels },
        spec: {
          replicas: args.replicas,
          selector: { matchLabels: labels },
          // A new pod is ready to lead before an old one goes.
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: args.election.attachTo(podTemplate(args)),
        },
      },
      { parent: this },
    );

    // A drained node takes one pod at a time. Those that are not ready, all of them perhaps since their rights are gone, are nobody's loss,
    // and would by default hold up the drain for as long as they are not.
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      {
        metadata: { name: electorName, namespace: args.namespace, labels },
        spec: {
          maxUnavailable: 1,
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
          selector: { matchLabels: labels },
        },
      },
      { parent: this },
    );

    if (args.networkPolicy) {
      const served = [appPort, ...(args.leaderService ? [leaderPort] : [])];
      // The app alone is for others. The kubelet's probes come from the node, which is always let in.
      new k8s.networking.v1.NetworkPolicy(
        name,
        {
          metadata: { name: electorName, namespace: args.namespace, labels },
          spec: {
            podSelector: { matchLabels: labels },
            policyTypes: ['Ingress'],
            ingress: [{ ports: served.map((port) => ({ protocol: 'TCP', port })) }],
          },
        },
        { parent: this },
      );
    }

    const port = { name: 'http', port: 80, targetPort: appPort };
    const service = new k8s.core.v1.Service(
      serviceName,
      {
        metadata: {
          name: serviceName,
          namespace: args.namespace,
          labels,
          // The Deployment's own wait says that the pods are ready; the Service's adds ten seconds and nothing else.
          annotations: { 'pulumi.com/skipAwait': 'true' },
        },
        spec: {
          type: 'NodePort',
          selector: labels,
          ports: [args.nodePort === 0 ? port : { ...port, nodePort: args.nodePort }],
        },
      },
      { parent: this },
    );

    this.nodePort = service.spec.ports.apply(([served]) => served?.nodePort ?? args.nodePort);
    this.registerOutputs({ nodePort: this.nodePort });
  }
}
