import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findContext } from '../../infra/kubeconfig.ts';
import { changedStack, only } from './stack.ts';
import { withEnv, withFolder, writeKubeconfig } from './surroundings.ts';

/** What is found with this KUBECONFIG and home folder; a text where it is a problem. */
function find(context: string, kubeconfig: string | undefined, home?: string): Promise<string> {
  return withEnv({ KUBECONFIG: kubeconfig, ...(home === undefined ? {} : { HOME: home }) }, () => {
    const found = findContext(context);
    return 'file' in found ? found.file : found.problem;
  });
}

describe('the kubeconfig', () => {
  it('is the file of KUBECONFIG', () =>
    withFolder(async (folder) => {
      const file = writeKubeconfig(folder, ['minikube']);
      assert.equal(await find('minikube', file), file);
    }));

  it('is the first file of the list that has the context; files that do not exist are passed over', () =>
    withFolder(async (folder) => {
      const one = writeKubeconfig(folder, ['one'], 'one');
      const two = writeKubeconfig(folder, ['minikube'], 'two');
      const three = writeKubeconfig(folder, ['minikube'], 'three');
      const list = [join(folder, 'none'), one, two, three].join(delimiter);
      assert.equal(await find('minikube', list), two);
    }));

  it('is ~/.kube/config without KUBECONFIG', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, '.kube'));
      const file = writeKubeconfig(join(folder, '.kube'), ['minikube'], 'config');
      assert.equal(await find('minikube', undefined, folder), file);
      assert.equal(await find('minikube', '', folder), file);
    }));

  it('without the context is an error that names it, those that exist, and the next step', () =>
    withFolder(async (folder) => {
      const file = writeKubeconfig(folder, ['one', 'two']);
      const problem = await find('minikube', file);
      assert.match(problem, /context is "minikube"/);
      assert.ok(problem.includes(file));
      assert.match(
        problem,
        /contexts there: one, two\. Next: minikube start, or .*pulumi config set context NAME/,
      );
      assert.match(await find('mine', file), /minikube start --profile mine/);
    }));

  it('that does not exist is an error that names it and the next step', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'none');
      const problem = await find('minikube', file);
      assert.ok(problem.includes(`(${file}) does not exist. Next: minikube start`), problem);
    }));

  it('that is none is an error that names the file', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'broken');
      for (const content of ['contexts: [', 'contexts: 3', 'just text', 'contexts: [{}]']) {
        writeFileSync(file, content);
        assert.match(await find('minikube', file), /broken is not a kubeconfig/, content);
      }
    }));

  it('that is empty has no contexts', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'empty');
      writeFileSync(file, '');
      assert.match(await find('minikube', file), /contexts there: none/);
    }));

  it('that has the context alone, without its cluster or user, is an error that says how to merge', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'context-alone');
      writeFileSync(
        file,
        'contexts: [{name: minikube, context: {cluster: c, user: u}}]\nclusters: [{name: c}]',
      );
      assert.match(await find('minikube', file), /its cluster or user is not.*kubectl config view --flatten/);
    }));

  it('goes to the provider with the context, whichever context is current', async () => {
    const stack = await changedStack();
    const { inputs } = only(stack, 'pulumi:providers:kubernetes');
    assert.equal(inputs['context'], 'other');
    assert.equal(inputs['clusterIdentifier'], 'other');
    assert.match(String(inputs['kubeconfig']), /kubeconfig$/);
  });
});
