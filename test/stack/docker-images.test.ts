import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerBuild, dockerDaemon, dockerPush, loadCommands } from '../../infra/docker-images.ts';
import { withEnv, withFolder, writePath } from './surroundings.ts';

describe('npm run images', () => {
  it('hands the tag and the folder of a package to docker', () =>
    withFolder(async (folder) => {
      const calls = join(folder, 'calls');
      const PATH = writePath(folder, { docker: `echo "$*" > '${calls}'` });
      await withEnv({ PATH }, () => dockerBuild('greeter:1', '/greeter'));
      assert.equal(readFileSync(calls, 'utf8'), 'build --tag greeter:1 /greeter\n');
    }));

  it('without docker is an error that says how to get it', () =>
    withFolder((folder) =>
      withEnv({ PATH: writePath(folder, {}) }, () => {
        assert.throws(() => dockerBuild('greeter:1', '/greeter'), /docker cannot be run.*docs\.docker\.com/);
      }),
    ));

  it('that fails is an error that names the image and the next step', () =>
    withFolder((folder) =>
      withEnv({ PATH: writePath(folder, { docker: 'exit 1' }) }, () => {
        const failure = /docker build of greeter:1 failed.*docker info.*minikube docker-env/;
        assert.throws(() => dockerBuild('greeter:1', '/greeter'), failure);
      }),
    ));

  it('hands what is to be pushed to docker; where that fails, the next step is named', () =>
    withFolder(async (folder) => {
      const calls = join(folder, 'calls');
      const PATH = writePath(folder, { docker: `echo "$*" > '${calls}'; [ "$2" != ghcr.io/not/mine:1 ]` });
      await withEnv({ PATH }, () => {
        dockerPush('ghcr.io/me/greeter:1');
        assert.equal(readFileSync(calls, 'utf8'), 'push ghcr.io/me/greeter:1\n');
        assert.throws(() => dockerPush('ghcr.io/not/mine:1'), /failed.*Next: docker login ghcr\.io$/);
      });
    }));

  it('says into which daemon it built, and by what that was chosen', () =>
    withFolder((folder) => {
      const docker = 'case "$1" in info) echo minikube;; context) echo desktop-linux;; esac';
      return withEnv({ PATH: writePath(folder, { docker }) }, () => {
        assert.equal(dockerDaemon({}), 'minikube (context desktop-linux)');
        assert.equal(
          dockerDaemon({ DOCKER_HOST: 'tcp://1.2.3.4:2376' }),
          'minikube (DOCKER_HOST tcp://1.2.3.4:2376)',
        );
      });
    }));

  it('has a command for each kind of cluster that does not share that daemon', () => {
    const commands = loadCommands(['a:1', 'b:2']);
    for (const command of ['minikube image load', 'kind load docker-image', 'k3d image import'])
      assert.ok(
        commands.some((line) => line.startsWith(`${command} a:1 b:2`)),
        command,
      );
  });
});
