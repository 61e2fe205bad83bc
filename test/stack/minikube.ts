import { withEnv, withFolder, writePath } from './surroundings.ts';

/** What minikube says of its Docker daemon. */
export const daemonAnswer = JSON.stringify({
  DOCKER_TLS_VERIFY: '1',
  DOCKER_HOST: 'tcp://192.168.49.2:2376',
  DOCKER_CERT_PATH: '/certs',
  MINIKUBE_ACTIVE_DOCKERD: 'minikube',
});

/** Runs where PATH has nothing but a script that stands in for minikube; with null, not even that. */
export function withMinikube<Result>(script: string | null, run: () => Promise<Result>): Promise<Result> {
  return withFolder((folder) =>
    withEnv({ PATH: writePath(folder, script === null ? {} : { minikube: script }) }, run),
  );
}
