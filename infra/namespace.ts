import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';

/** The namespace's name; where the stack makes it, known once it is there. */
export function namespaceOf(
  { namespace, createNamespace }: Pick<StackConfig, 'namespace' | 'createNamespace'>,
  provider: k8s.Provider,
): pulumi.Input<string> {
  if (!createNamespace) return namespace;
  return new k8s.core.v1.Namespace(namespace, { metadata: { name: namespace } }, { provider }).metadata.name;
}
