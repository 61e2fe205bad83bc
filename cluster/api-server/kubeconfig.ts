import { stringify } from 'yaml';

interface KubeconfigOptions {
  /** Name of cluster, user and context. */
  readonly name: string;
  readonly server: string;
  /** The authority's certificate, as PEM. */
  readonly ca: string;
  readonly token: string;
}

/** A kubeconfig file with one context, as YAML. */
export function kubeconfigFor({ name, server, ca, token }: KubeconfigOptions): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
