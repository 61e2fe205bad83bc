import { parse } from 'yaml';

/** How to reach a cluster, and as whom. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca: string;
  readonly token?: string;
  readonly certificate?: { readonly cert: string; readonly key: string };
}

interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: Record<string, string> }[];
}

/** Reads a kubeconfig's current context. */
export function readKubeconfig(text: string): ClusterAccess {
  const config = parse(text) as Kubeconfig;
  const context = named(config.contexts, config['current-context']).context;
  const { cluster } = named(config.clusters, context.cluster);
  const { user } = named(config.users, context.user);
  const cert = user['client-certificate-data'];
  const key = user['client-key-data'];
  return {
    server: cluster['server'] ?? '',
    ca: decoded(cluster['certificate-authority-data'] ?? ''),
    ...(user['token'] !== undefined && { token: user['token'] }),
    ...(cert !== undefined &&
      key !== undefined && { certificate: { cert: decoded(cert), key: decoded(key) } }),
  };
}

function named<T extends { name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name);
  if (!found) throw new Error(`the kubeconfig has no entry named ${name}`);
  return found;
}

const decoded = (base64: string) => Buffer.from(base64, 'base64').toString();
