import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as pulumi from '@pulumi/pulumi';

/** A Docker daemon, as docker.Provider takes it. */
export interface Daemon {
  /** Its address, `tcp://…`. */
  readonly host: string;
  /** The folder of the TLS certificates for it. */
  readonly certPath: string;
}

const install = 'https://minikube.sigs.k8s.io/docs/start/';
const instead = 'pulumi config set images none (with images built by: npm run images)';

/**
 * Asks minikube for the Docker daemon inside the cluster of a profile.
 * @throws pulumi.RunError when there is no minikube, or its answer names no daemon.
 */
export async function minikubeDaemon(profile: string): Promise<Daemon> {
  const command = `minikube docker-env --output json --profile ${profile}`;
  const answer = await ask(profile).catch((error: unknown) => {
    throw new pulumi.RunError(failed(command, error));
  });
  const daemon = parseDaemon(answer);
  if (daemon !== null) return daemon;
  throw new pulumi.RunError(
    `"${command}" named no Docker daemon, but answered: ${answer.trim() || '(nothing)'}\n` +
      `The cluster must run Docker: minikube start --container-runtime docker, or: ${instead}`,
  );
}

async function ask(profile: string): Promise<string> {
  const args = ['docker-env', '--output', 'json', '--profile', profile];
  return (await promisify(execFile)('minikube', args)).stdout;
}

function failed(command: string, error: unknown): string {
  if (!(error instanceof Error)) return `"${command}" failed`;
  if ('code' in error && error.code === 'ENOENT') {
    return `minikube is not installed: its Docker daemon builds the images. Next: ${install}, or: ${instead}`;
  }
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  return `"${command}" failed: ${said || error.message}\nNext: minikube status, minikube start, or: ${instead}`;
}

function parseDaemon(answer: string): Daemon | null {
  try {
    const env: unknown = JSON.parse(answer);
    if (typeof env !== 'object' || env === null || !('DOCKER_HOST' in env && 'DOCKER_CERT_PATH' in env))
      return null;
    const { DOCKER_HOST: host, DOCKER_CERT_PATH: certPath } = env;
    return typeof host === 'string' && typeof certPath === 'string' ? { host, certPath } : null;
  } catch {
    return null;
  }
}
