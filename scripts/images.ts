import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';
import { imageName } from '../infra/image-name.ts';
import { app, elector } from '../infra/packages.ts';

const inMinikube = 'for minikube\'s own daemon: eval "$(minikube docker-env)"';

for (const source of [elector, app]) {
  const name = await imageName(source);
  const built = spawnSync('docker', ['build', '--tag', name, join(projectFolder, source.folder)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.error !== undefined)
    fail(`docker cannot be run (${built.error.message}). Install it: https://docs.docker.com/get-docker/`);
  if (built.status !== 0)
    fail(`docker build of ${name} failed. See that the daemon runs (docker info); ${inMinikube}`);
  console.log(`built ${name}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
