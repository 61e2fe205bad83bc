import { spawnSync } from 'node:child_process';
import { UserError } from '../base/user-error.ts';

/**
 * Builds an image in the Docker daemon that the environment names, and shows what Docker says meanwhile.
 * @throws UserError that says what to do, when there is no Docker or the build fails.
 */
export function dockerBuild(image: string, folder: string): void {
  if (docker(['build', '--tag', image, folder])) return;
  throw new UserError(
    `docker build of ${image} failed. Does its daemon run? See: docker info. ` +
      'To build in the one of minikube: eval "$(minikube docker-env)"',
  );
}

/** Pushes an image to the registry in its name. @throws UserError that says what to do */
export function dockerPush(image: string): void {
  if (docker(['push', image])) return;
  const [registry = ''] = image.split('/');
  throw new UserError(`docker push of ${image} failed. Are you logged in? Next: docker login ${registry}`);
}

/** The daemon that the environment names, in a few words: its own name, and by what it was chosen. */
export function dockerDaemon(env = process.env): string {
  const name = answer('info', '--format', '{{.Name}}') || 'without a name';
  const { DOCKER_HOST: host } = env;
  return host
    ? `${name} (DOCKER_HOST ${host})`
    : `${name} (context ${answer('context', 'show') || 'default'})`;
}

/** What to type for each kind of cluster whose nodes do not have the images of that daemon. */
export function loadCommands(images: readonly string[]): readonly string[] {
  const all = images.join(' ');
  return [
    `minikube image load ${all}    # several nodes, or containerd`,
    `kind load docker-image ${all}    # --name CLUSTER`,
    `k3d image import ${all}    # --cluster CLUSTER`,
  ];
}

function docker(args: readonly string[]): boolean {
  const { error, status } = spawnSync('docker', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error === undefined) return status === 0;
  throw new UserError(
    `docker cannot be run (${error.message}). Install it: https://docs.docker.com/get-docker/`,
  );
}

function answer(...args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const { error, stdout } = spawnSync('docker', args, { stdio: [...stdio], encoding: 'utf8' });
  return error === undefined ? stdout.trim() : '';
}
