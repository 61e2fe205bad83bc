import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { projectFolder } from '../../infra/bundle.ts';
import { LeaderElection } from '../../infra/election/leader-election.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

/** The objects that are registered by what runs, by their kinds. */
async function registered(run: () => Promise<unknown>): Promise<Map<unknown, Record<string, unknown>>> {
  const objects = new Map<unknown, Record<string, unknown>>();
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
    const object = inputs as Record<string, unknown>;
    objects.set(object['kind'], object);
    return { id: name, state: object };
  };
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) });
  await run();
  await pulumi.runtime.disconnect();
  return objects;
}

describe('a LeaderElection beside an app of one’s own', () => {
  it('is what docs/your-app.md shows', () => {
    const example = read('test/stack/your-app.ts').replaceAll("'../../infra/", "'./infra/");
    assert.ok(read('docs/your-app.md').includes(`\`\`\`ts\n${example}\`\`\``));
    assert.ok(example.trim().split('\n').length <= 22);
  });

  it('makes its rights, and puts an elector that has them into the pod', async () => {
    const objects = await registered(() => import('./your-app.ts'));
    const kinds = ['ServiceAccount', 'Role', 'RoleBinding', 'Deployment'];
    assert.deepEqual(
      [...objects.keys()].filter((kind) => kind !== undefined),
      kinds,
    );
    assert.deepEqual(objects.get('Role')?.['metadata'], { name: 'web-leases', namespace: 'apps' });
    const { spec } = objects.get('Deployment') as {
      spec: { template: { spec: Record<string, unknown> & { initContainers: { args: string[] }[] } } };
    };
    const pod = spec.template.spec;
    assert.equal(pod['serviceAccountName'], 'web');
    const [elector] = pod.initContainers;
    assert.deepEqual(elector?.args.slice(0, 5), [
      '--election=web',
      '--id=$(POD_NAME)',
      '--http=:4040',
      '--ttl=10s',
      '--lock=leases',
    ]);
    assert.ok(elector.args.includes('--pod-selector=app=web'));
    assert.ok(elector.args.includes('--app-health-url=http://localhost:80/'));
  });

  it('says what of a pod is in the elector’s way', async () => {
    await registered(() => {
      const election = new LeaderElection('web', { namespace: 'apps', image: 'leader-elector:1' });
      const template = { spec: { hostNetwork: true, containers: [{ name: 'web' }] } };
      assert.throws(
        () => election.attachTo(template),
        (error) =>
          pulumi.RunError.isInstance(error) &&
          error.message.startsWith('no elector fits into the pod of "web": it is on the host\'s network'),
      );
      return Promise.resolve();
    });
  });
});
