import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerBuild } from '../../infra/docker-build.ts';
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
});
