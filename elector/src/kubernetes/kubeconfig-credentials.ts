import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { Cluster, User } from '@kubernetes/client-node';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { AuthorizationCache, noClaims, type Authorization, type Credentials } from './credentials.ts';
import { runExecPlugin, type ExecCredential } from './exec-plugin.ts';
import { isJsonObject } from '../../../base/json.ts';

/**
 * The current context's credentials, from kubeconfig files that are merged as kubectl merges them: files that do not exist are left
 * out, the first current-context counts. Throws an error that names the files and what is wrong with them.
 */
export function loadKubeconfigCredentials(files: readonly string[]): Credentials {
  const merged = mergeFiles(files);
  const named = files.join(', ');
  const context = merged.getContextObject(merged.currentContext);
  if (context === null) {
    const problem = merged.currentContext
      ? `the current context "${merged.currentContext}" is not in it`
      : 'no current context';
    throw new Error(`kubeconfig ${named}: ${problem}; choose one with kubectl config use-context`);
  }
  const cluster = merged.getCluster(context.cluster);
  if (cluster === null) throw new Error(`kubeconfig ${named}: cluster "${context.cluster}" is not in it`);
  if (cluster.proxyUrl) {
    throw new Error(`kubeconfig ${named}: proxy-url "${cluster.proxyUrl}" is not supported`);
  }
  const user = context.user ? merged.getUser(context.user) : { name: 'anonymous' };
  if (user === null) throw new Error(`kubeconfig ${named}: user "${context.user}" is not in it`);

  const cache = new AuthorizationCache(() => authorizationOf(cluster, user));
  return {
    server: cluster.server,
    namespace: context.namespace ?? null,
    claims: noClaims,
    authorize: () => cache.get(),
    rejected: () => cache.forget(),
  };
}

function mergeFiles(files: readonly string[]): KubeConfig {
  const existing = files.filter((file) => existsSync(file));
  if (existing.length === 0) throw new Error(`kubeconfig ${files.join(', ')} does not exist`);
  const merged = new KubeConfig();
  for (const file of existing) {
    try {
      const next = new KubeConfig();
      next.loadFromFile(file);
      merged.mergeConfig(next, Boolean(merged.currentContext));
    } catch (cause) {
      throw new Error(`kubeconfig ${file}: ${problemOf(file, cause)}`, { cause });
    }
  }
  return merged;
}

function problemOf(file: string, error: unknown): string {
  // Of an empty file KubeConfig says only that undefined has no clusters.
  if (readFileSync(file, 'utf8').trim() === '') return 'it is empty';
  // A YAML error goes on with an excerpt of the file, in which there may be secrets.
  return String(error instanceof Error ? error.message : error)
    .split('\n', 1)
    .join();
}

async function authorizationOf(cluster: Cluster, user: User): Promise<Authorization> {
  const config = new KubeConfig();
  // KubeConfig refuses plain http unless TLS verification is off; with plain http there is nothing to verify.
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  // client-node would wait for a plugin without end.
  const exec: unknown = user.exec;
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, { ...user, exec: undefined });
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const { headers, auth, ca, cert, key, rejectUnauthorized, servername } = options;
  const basic = auth ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  const plugin: ExecCredential = isJsonObject(exec) ? await runExecPlugin(exec) : {};
  const bearer = plugin.token === undefined ? {} : { Authorization: `Bearer ${plugin.token}` };
  return {
    headers: { ...bearer, ...textHeaders(headers), ...basic },
    tls: {
      ca,
      cert: plugin.clientCertificateData ?? cert,
      key: plugin.clientKeyData ?? key,
      rejectUnauthorized,
      servername,
    },
  };
}

function textHeaders(headers: RequestOptions['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}
