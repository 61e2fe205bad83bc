/** What a kubeconfig's context leads to. Paths are absolute. Texts that are not there are `''`. */
export interface KubeContext {
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly namespace: string;
}

/** Something that is given in place, or in a file that may change. */
export type Given =
  { readonly kind: 'data'; readonly data: string } | { readonly kind: 'file'; readonly file: string };

/** Where the API server is. */
export interface KubeconfigCluster {
  readonly name: string;
  /** A URL, or `host:port`. */
  readonly server: string;
  /** PEM; null: the CAs that Node.js knows. */
  readonly certificateAuthority: Given | null;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string;
  /** A URL; `''`: what the environment says. */
  readonly proxyUrl: string;
  readonly disableCompression: boolean;
  /** What the cluster has for exec plugins: its extension `client.authentication.k8s.io/exec`. */
  readonly execConfig: unknown;
}

/** Who asks. */
export interface KubeconfigUser {
  readonly name: string;
  readonly clientCertificate: ClientCertificate | null;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly impersonation: Impersonation | null;
  readonly exec: ExecConfig | null;
  /** The name of the auth-provider that is to be asked; null for none. */
  readonly authProvider: string | null;
}

/** A client certificate and its key, as PEM. */
export interface ClientCertificate {
  readonly certificate: Given;
  readonly key: Given;
}

/** As whom the API server is to act. */
export interface Impersonation {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** A credential plugin (client.authentication.k8s.io): what is run, and what it is told. */
export interface ExecConfig {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: (typeof execApiVersions)[number];
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: (typeof interactiveModes)[number];
}

export const execApiVersions = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
] as const;
export const interactiveModes = ['Never', 'IfAvailable', 'Always'] as const;
