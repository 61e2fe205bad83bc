import type { Clock } from '../../../base/clock.ts';
import { textOf } from '../../../base/error-text.ts';
import { AuthorizationCache, noClaims, type Credentials } from './credentials.ts';
import type { KubeContext } from './kube-context.ts';
import { readKubeconfigFiles } from './kubeconfig-files.ts';
import { readKubeConfig, type KubeConfigObject } from './kubeconfig-object.ts';
import { proxyFor } from './proxy.ts';
import { readGiven } from './rotated-file.ts';
import { callerOf } from './caller.ts';

/**
 * The current context's credentials, from kubeconfig files.
 * @throws Error that names the files and what is wrong with them
 */
export function loadKubeconfigCredentials(
  files: readonly string[],
  env = process.env,
  clock?: Clock,
): Credentials {
  const context = readKubeconfigFiles(files);
  try {
    return credentialsOf(context, env, null, clock);
  } catch (cause) {
    throw new Error(`kubeconfig ${files.join(', ')}: ${textOf(cause)}`, { cause });
  }
}

/**
 * The current context's credentials, of a `KubeConfig` of client-node.
 * @throws Error that says what is wrong with it
 */
export function loadKubeConfigCredentials(kubeConfig: KubeConfigObject, env = process.env): Credentials {
  const context = readKubeConfig(kubeConfig);
  try {
    return credentialsOf(context, env, kubeConfig);
  } catch (cause) {
    throw new Error(`kubeConfig: ${textOf(cause)}`, { cause });
  }
}

function credentialsOf(
  context: KubeContext,
  env: NodeJS.ProcessEnv,
  kubeConfig: KubeConfigObject | null,
  clock?: Clock,
): Credentials {
  const { cluster, namespace } = context;
  const server = serverUrl(cluster.server);
  const { protocol } = new URL(server);
  const caller = callerOf(context, protocol, kubeConfig, clock);
  const trust = new AuthorizationCache(async () => {
    const authority = cluster.certificateAuthority;
    const ca = authority === null ? undefined : await readGiven(authority, 'certificate-authority');
    const servername = cluster.tlsServerName || undefined;
    const rejectUnauthorized = cluster.insecureSkipTlsVerify ? false : undefined;
    return { headers: {}, tls: { ca, servername, rejectUnauthorized } };
  }, clock);
  return {
    server,
    proxy: proxyFor(new URL(server), cluster.proxyUrl, env),
    namespace: namespace || null,
    claims: noClaims,
    async authorize() {
      const [{ tls }, own] = await Promise.all([trust.get(), caller.authorize()]);
      return { headers: own.headers, tls: { ...tls, ...own.tls } };
    },
    rejected: (authorization) => caller.rejected(authorization),
    close: () => caller.close(),
  };
}

/** As client-go's `DefaultServerURL`: what has no scheme is reached by plain http. */
function serverUrl(server: string): string {
  const hasScheme = URL.canParse(server) && new URL(server).host !== '';
  const url = hasScheme ? server : `http://${server}`;
  const { protocol, origin, pathname } = URL.canParse(url) ? new URL(url) : ({} as Partial<URL>);
  const isUsable = (protocol === 'http:' || protocol === 'https:') && (hasScheme || pathname === '/');
  if (!isUsable)
    throw new Error(`the server "${server}" is neither an http:// or https:// URL nor host:port`);
  return `${String(origin)}${String(pathname)}`.replace(/\/+$/, '');
}
