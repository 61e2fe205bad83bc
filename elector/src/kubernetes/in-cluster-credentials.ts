import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { AuthorizationCache, type Authorization, type Credentials } from './credentials.ts';
import { Rotated } from './rotated-file.ts';
import { serviceAccountFolder } from './service-account-folder.ts';
import { readTokenClaims } from './token-claims.ts';

/**
 * The credentials Kubernetes gives every pod: the server from KUBERNETES_SERVICE_HOST and _PORT; token, CA and namespace from
 * the service account's volume.
 * Rejects with an error that names the variable or file that is missing.
 */
export async function loadInClusterCredentials(env = process.env, clock?: Clock): Promise<Credentials> {
  const folder = serviceAccountFolder(env);
  const server = serverUrl(env);
  const files = new Rotated(() => readAuthorization(folder));
  const cache = new AuthorizationCache(() => files.get(), clock);
  await cache.get();
  return {
    server,
    // It is in the cluster's own network, whatever the environment says of the way out of it.
    proxy: null,
    namespace: await readMounted(folder, 'namespace'),
    claims: readTokenClaims(await readMounted(folder, 'token')),
    authorize: () => cache.get(),
    rejected: () => cache.forget(),
  };
}

function serverUrl(env: NodeJS.ProcessEnv): string {
  const host = variable(env, 'KUBERNETES_SERVICE_HOST');
  const port = variable(env, 'KUBERNETES_SERVICE_PORT');
  const url = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(url)) {
    throw new Error(`KUBERNETES_SERVICE_HOST "${host}" and KUBERNETES_SERVICE_PORT "${port}" make no URL`);
  }
  return url;
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: in-cluster credentials exist only in a pod; elsewhere, use a kubeconfig`,
  );
}

async function readAuthorization(folder: string): Promise<Authorization> {
  const [token, ca] = await Promise.all([readMounted(folder, 'token'), readMounted(folder, 'ca.crt')]);
  return { headers: { Authorization: `Bearer ${token}` }, tls: { ca } };
}

async function readMounted(folder: string, file: string): Promise<string> {
  const path = `${folder}/${file}`;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`cannot read ${path}: does the pod mount its service account token?`, { cause: error });
  });
  if (text.trim() === '')
    throw new Error(`${path} is empty: is the service account token of this pod there?`);
  return text.trim();
}
