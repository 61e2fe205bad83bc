import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Credentials } from './credentials.ts';
import { loadInClusterCredentials } from './in-cluster-credentials.ts';
import type { KubeConfigObject } from './kubeconfig-object.ts';

/**
 * Finds the credentials: with `useClusterCredentials` the pod's own and no others; else a kubeconfig (the files of $KUBECONFIG, or
 * ~/.kube/config), and the pod's own where there is none. Rejects with an error that names what is missing.
 */
export async function loadCredentials(
  useClusterCredentials: boolean,
  env = process.env,
): Promise<Credentials> {
  if (useClusterCredentials) return loadInClusterCredentials(env);
  const kubeconfigs = kubeconfigFiles(env);
  if (kubeconfigs.length > 0) {
    // Loaded here only: most processes need no parser of YAML.
    const { loadKubeconfigCredentials } = await import('./kubeconfig-credentials.ts');
    return loadKubeconfigCredentials(kubeconfigs);
  }
  if (env['KUBERNETES_SERVICE_HOST']) return loadInClusterCredentials(env);
  throw new Error('no credentials: set KUBECONFIG, or create ~/.kube/config, or run this in a pod');
}

/**
 * The credentials of a `KubeConfig` object.
 * @throws Error that says what is wrong with it
 */
export async function loadObjectCredentials(kubeConfig: KubeConfigObject): Promise<Credentials> {
  const { loadKubeConfigCredentials } = await import('./kubeconfig-credentials.ts');
  return loadKubeConfigCredentials(kubeConfig);
}

function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed;
  const standard = join(env['HOME'] ?? '', '.kube', 'config');
  return env['HOME'] && existsSync(standard) ? [standard] : [];
}
