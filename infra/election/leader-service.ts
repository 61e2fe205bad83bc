import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { electorName } from '../names.ts';

/** What the leader's Service is to lead to. */
export interface LeaderServiceArgs {
  readonly namespace: pulumi.Input<string>;
  /** The port of the pods at which the leader alone serves. */
  readonly targetPort: number;
}

/** The name of the Service, and of its EndpointSlice, that lead to the leader of this election component. */
export const leaderServiceName = (election: string) => `${election}-leader`;

/**
 * The Service, on port 80, that leads to the leader alone: it has no selector, and the leader's elector writes the endpoints of its one
 * EndpointSlice. That slice is made here, so that electors need no right to create any, which cannot be limited to a name.
 */
export class LeaderService extends pulumi.ComponentResource {
  /** Known once the Service and its EndpointSlice are there. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: LeaderServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('leader-election:index:LeaderService', name, {}, opts);
    const { namespace, targetPort } = args;
    const port = { name: 'http', port: 80, targetPort };
    const service = new k8s.core.v1.Service(
      name,
      // Nothing is behind it until somebody leads, which Pulumi need not wait for.
      {
        metadata: { name, namespace, annotations: { 'pulumi.com/skipAwait': 'true' } },
        spec: { ports: [port] },
      },
      { parent: this },
    );
    const slice = new k8s.discovery.v1.EndpointSlice(
      name,
      // Without endpoints: those are the leader's to write. What Pulumi and kubectl do not say themselves they leave as it is.
      {
        metadata: {
          name,
          namespace,
          labels: {
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': electorName,
          },
        },
        // As the cluster has chosen for the Service.
        addressType: service.spec.apply(
          ({ ipFamilies }: { ipFamilies?: string[] }) => ipFamilies?.[0] ?? 'IPv4',
        ),
        ports: [{ name: port.name, port: targetPort, protocol: 'TCP' }],
      },
      { parent: this },
    );
    this.name = slice.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}
