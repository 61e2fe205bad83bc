import { spawnSync } from 'node:child_process';
import { UserError } from '../base/user-error.ts';

/**
 * Builds an image in the Docker daemon that the environment names, and shows what Docker says meanwhile.
 * @throws UserError that says what to do, when there is no Docker or the build fails.
 */
export function dockerBuild(image: string, folder: string): void {
  const { error, status } = spawnSync('docker', ['build', '--tag', image, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) {
    throw new UserError(
      `docker cannot be run (${error.message}). Install it: https://docs.docker.com/get-docker/`,
    );
  }
  if (status !== 0) {
    throw new UserError(
      `docker build of ${image} failed. Does its daemon run? See: docker info. ` +
        'To build in the one of minikube: eval "$(minikube docker-env)"',
    );
  }
}
