import { isIPv6 } from 'node:net';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import { findContext } from './kubeconfig.ts';

/** The cluster behind a kubeconfig context, and where its node ports can be reached. */
export class Cluster {
  /** Talks to the configured context alone, whichever one is current. */
  readonly provider: k8s.Provider;
  readonly #address: pulumi.Output<string>;

  /** @throws pulumi.RunError when the kubeconfig has no such context. */
  constructor({ context, node, nodeAddress }: Pick<StackConfig, 'context' | 'node' | 'nodeAddress'>) {
    const found = findContext(context);
    if ('problem' in found) throw new pulumi.RunError(found.problem);
    // A minikube that was stopped comes back at another address; by its identifier it stays the same cluster.
    this.provider = new k8s.Provider(context, {
      kubeconfig: found.file,
      context,
      clusterIdentifier: context,
      // What kubectl changed is put back. Otherwise it would end in a conflict over who manages the field (server-side apply).
      enablePatchForce: true,
    });
    this.#address = nodeAddress === '' ? internalIp(node, this.provider) : pulumi.output(nodeAddress);
  }

  /** The URL of a node port. */
  urlOf(nodePort: pulumi.Input<number>): pulumi.Output<string> {
    return pulumi.interpolate`http://${this.#address.apply(urlHost)}:${nodePort}`;
  }
}

function internalIp(name: string, provider: k8s.Provider): pulumi.Output<string> {
  const node = k8s.core.v1.Node.get(name, name, { provider });
  return node.status.addresses.apply((addresses) => pickInternalIp(name, addresses));
}

/** The InternalIP among a node's addresses. @throws pulumi.RunError where there is none. */
export function pickInternalIp(
  node: string,
  addresses: readonly { readonly type: string; readonly address: string }[],
): string {
  const internal = addresses.find(({ type }) => type === 'InternalIP');
  if (internal !== undefined) return internal.address;
  throw new pulumi.RunError(
    `node "${node}" has no InternalIP. Say where it can be reached: pulumi config set nodeAddress ADDRESS`,
  );
}

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
