import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { renderManifests } from '../../local/engine/render-manifests.ts';
import { changedConfig, changedStack } from './stack.ts';
import { withEnv, withFolder, writePath } from './surroundings.ts';

/** Renders where there is no kubeconfig, and PATH has no program at all. */
function render(set: Readonly<Record<string, string>> = {}): Promise<readonly Record<string, unknown>[]> {
  return withFolder((folder) =>
    withEnv({ PATH: writePath(folder, {}), HOME: folder, KUBECONFIG: undefined }, async () => {
      const documents = parseAllDocuments(await renderManifests(set));
      return documents.map((document) => document.toJS() as Record<string, unknown>);
    }),
  );
}

describe('the manifests', () => {
  it("are the stack's objects without Pulumi's annotations, each after those it refers to", async () => {
    const { resources } = await changedStack();
    const objects = new Map(resources.map(({ inputs }) => [inputs['kind'], structuredClone(inputs)]));
    const { metadata } = objects.get('Service') as { metadata: { annotations?: unknown } };
    delete metadata.annotations;
    const kinds = [
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'PodDisruptionBudget',
      'NetworkPolicy',
      'Deployment',
      'Service',
    ];
    assert.deepEqual(
      await render(changedConfig),
      kinds.map((kind) => objects.get(kind)),
    );
  });

  it('begin with the namespace where the stack makes it', async () => {
    const [first, second] = await render({ namespace: 'demo', createNamespace: 'true' });
    assert.deepEqual(first, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    assert.equal(second?.['kind'], 'ServiceAccount');
  });

  it('name the images of a registry as npm run images pushes them', async () => {
    const text = JSON.stringify(await render({ images: 'registry', registry: 'ghcr.io/me' }));
    assert.match(
      text,
      /"image":"ghcr\.io\/me\/leader-elector:[0-9a-f]{12}","imagePullPolicy":"IfNotPresent"/,
    );
    assert.match(text, /"image":"ghcr\.io\/me\/nodejs-le:[0-9a-f]{12}","imagePullPolicy":"IfNotPresent"/);
  });

  it('of a wrong config are an error that names it', async () => {
    await assert.rejects(render({ replicas: '0' }), /replicas is "0"/);
    await assert.rejects(
      render({ replica: '1' }),
      /no config key "replica"; the keys are context, namespace,/,
    );
    await assert.rejects(render({ constructor: '1' }), /no config key "constructor"/);
  });
});
