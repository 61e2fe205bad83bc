import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../infra/bundle.ts';
import type { Credentials } from '../../elector/src/kubernetes/credentials.ts';
import { usageError } from '../../base/user-error.ts';
import { KubeClient } from '../../elector/src/kubernetes/kube-client.ts';
import { loadKubeconfigCredentials } from '../../elector/src/kubernetes/kubeconfig-credentials.ts';

/** Where an API server is, and the authority that its certificate is from, as PEM. */
export interface Endpoint {
  readonly server: string;
  readonly ca: string;
}

/** The API server that is measured against. */
export interface ApiServerUnderTest {
  readonly endpoint: Endpoint;
  /** As its administrator. */
  readonly client: KubeClient;
  /** What it says of itself, such as `v1.34.4`. */
  readonly version: string;
  /** Closes what was opened; the server too, where it was started for this. */
  close(): Promise<void>;
}

const requestTimeoutMs = 10_000;

/** The API server of a kubeconfig's current context. @throws UserError that names the file where it cannot be used */
export async function reachApiServer(kubeconfig: string): Promise<ApiServerUnderTest> {
  try {
    const credentials = loadKubeconfigCredentials([kubeconfig]);
    const endpoint = await endpointOf(credentials);
    const client = new KubeClient({ credentials, requestTimeoutMs });
    const { gitVersion } = await client.request('GET', '/version');
    const close = () => {
      client.close();
      return Promise.resolve();
    };
    return { endpoint, client, version: String(gitVersion), close };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(why.startsWith('kubeconfig ') ? why : `kubeconfig ${kubeconfig}: ${why}`, {
      cause: error,
    });
  }
}

/** Starts the embedded cluster's API server in a process of its own. */
export async function startApiServer(): Promise<ApiServerUnderTest> {
  const main = fileURLToPath(new URL('embedded-api-server.ts', import.meta.url));
  const child = fork(main, { execArgv: ['--import', 'tsx/esm'], cwd: projectFolder });
  const folder = await mkdtemp(join(tmpdir(), 'bench-api-server-'));
  const close = async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  };
  try {
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('the API server ended')));
    const [text] = (await Promise.race([once(child, 'message'), exited])) as [string];
    exited.catch(() => undefined);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, text, { mode: 0o600 });
    const server = await reachApiServer(kubeconfig);
    return { ...server, close: () => server.close().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A pod is told no more of its API server than host, port and authority. */
async function endpointOf(credentials: Credentials): Promise<Endpoint> {
  const { server } = credentials;
  const { protocol, pathname } = new URL(server);
  if (protocol !== 'https:' || pathname !== '/')
    throw new Error(`its server is ${server}; a pod finds it only at https://HOST:PORT`);
  const { ca } = (await credentials.authorize()).tls;
  if (!Buffer.isBuffer(ca) && typeof ca !== 'string')
    throw new Error('its cluster has no certificate authority, which a pod needs to trust the server');
  return { server, ca: ca.toString() };
}
